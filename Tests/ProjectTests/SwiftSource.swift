import Foundation

/// One Swift file, read line by line: enough to see declarations, without a parser.
struct SwiftSource {
  let path: String
  let lines: [String]

  init(_ path: String) throws {
    self.path = path
    lines = try Project.text(path).components(separatedBy: "\n")
  }

  /// The modules that are imported, whatever the access level.
  var imports: Set<String> {
    Set(
      lines.compactMap { line in
        line.firstMatch(
          of:
            /^(?:@\w+(?:\([^)]*\))? )*(?:public |package |internal |private )?import (?:(?:struct|class|enum|func|protocol|typealias|var) )?(\w+)/
        ).map { String($0.1) }
      }
    )
  }

  /// The lines without comments and with every string literal emptied, so that braces in them do not
  /// count.
  var code: [String] {
    let text = lines.joined(separator: "\n")
      .replacing(/"""[\s\S]*?"""/) { match in
        "\"\"" + String(repeating: "\n", count: match.output.count { $0 == "\n" })
      }
      .replacing(/#*"(?:\\.|[^"\\\n])*"#*/, with: "\"\"")
      .replacing(/\/\/[^\n]*/, with: "")
    return text.components(separatedBy: "\n")
  }
}

/// A type with the stored properties of its declaration.
struct StoredProperties {
  let type: String
  let names: [String]

  private struct Scope {
    var kind: Substring
    var name: Substring
    var depth: Int
    var properties: [String] = []
  }

  /// All structs, classes and actors of a file, inner ones included.
  static func all(in source: SwiftSource) -> [StoredProperties] {
    let declaration =
      /^\s*(?:@\w+(?:\([^)]*\))?\s+)*(?:\w+(?:\(\w+\))?\s+)*?(struct|class|actor|enum|extension|protocol)\s+([\w.]+)/
    let property =
      /^\s*(?:@[\w.]+(?:\([^)]*\))?\s+)*(?:(?:public|package|private|fileprivate|internal|final|nonisolated|weak|unowned|lazy)(?:\(\w+\))?\s+)*(?:let|var)\s+(\w+)(.*)$/
    var found: [StoredProperties] = []
    var scopes: [Scope] = []
    var pending: (Substring, Substring)?
    var depth = 0
    let lines = source.code
    for (index, line) in lines.enumerated() {
      if let match = line.firstMatch(of: declaration),
        !line.contains(/\b(?:let|var|func|case)\b/)
      {
        pending = (match.1, match.2)
      } else if let scope = scopes.last, scope.depth == depth,
        ["struct", "class", "actor"].contains(scope.kind),
        let match = line.firstMatch(of: property), !line.contains("static ")
      {
        let rest = rest(String(match.2), after: index, of: lines)
        if !isComputed(rest) { scopes[scopes.count - 1].properties.append(String(match.1)) }
      }
      for character in line {
        if character == "{" {
          depth += 1
          if let (kind, name) = pending {
            scopes.append(Scope(kind: kind, name: name, depth: depth))
            pending = nil
          }
        } else if character == "}" {
          if let scope = scopes.last, scope.depth == depth {
            scopes.removeLast()
            found.append(StoredProperties(type: String(scope.name), names: scope.properties))
          }
          depth -= 1
        }
      }
    }
    return found
  }

  /// What follows a property's name, to where its type and its accessors have begun.
  private static func rest(_ start: String, after index: Int, of lines: [String]) -> String {
    var rest = start
    var next = index + 1
    while rest.allSatisfy(\.isWhitespace) || rest.hasSuffix(","), next < lines.count {
      rest += lines[next]
      next += 1
    }
    return rest
  }

  private static func isComputed(_ rest: String) -> Bool {
    rest.contains("{") && !rest.prefix { $0 != "{" }.contains("=")
      && !rest.contains(/\{\s*(?:didSet|willSet)/)
  }
}
