import Foundation

/// A Swift file, read line by line: enough to find declarations, without a parser.
struct SwiftSource {
  let path: String
  let lines: [String]

  init(_ path: String) throws {
    self.path = path
    lines = try Project.text(path).components(separatedBy: "\n")
  }

  /// The imported modules, whatever the access level of the import.
  var imports: Set<String> {
    Set(
      lines.compactMap { line in
        guard line.contains("import ") else { return nil }
        let words = line.split(separator: " ")
        guard let keyword = words.firstIndex(of: "import"), keyword + 1 < words.count,
          words[..<keyword].allSatisfy({
            $0.hasPrefix("@") || ["public", "package", "internal", "private"].contains($0)
          })
        else { return nil }
        let kinds: [Substring] = [
          "struct", "class", "enum", "func", "protocol", "typealias", "var",
        ]
        let isKind = kinds.contains(words[keyword + 1]) && keyword + 2 < words.count
        let path = words[isKind ? keyword + 2 : keyword + 1]
        return path.split(separator: ".").first.map(String.init)
      }
    )
  }

  /// The lines without comments and with empty string literals, so that braces in them do not
  /// count.
  var code: [String] {
    let text = Array(lines.joined(separator: "\n").utf8)
    var result: [UInt8] = []
    var index = 0
    func has(_ part: String, at position: Int) -> Bool {
      text[min(position, text.count)...].starts(with: part.utf8)
    }
    while index < text.count {
      if has("//", at: index) {
        while index < text.count, text[index] != UInt8(ascii: "\n") { index += 1 }
        continue
      }
      var hashes = 0
      while has("#", at: index + hashes) { hashes += 1 }
      guard has("\"", at: index + hashes) else {
        result.append(text[index])
        index += 1
        continue
      }
      let isMultiline = has("\"\"\"", at: index + hashes)
      let pounds = String(repeating: "#", count: hashes)
      let end = (isMultiline ? "\"\"\"" : "\"") + pounds
      index += hashes + (isMultiline ? 3 : 1)
      while index < text.count, !has(end, at: index) {
        if text[index] == UInt8(ascii: "\n") { result.append(text[index]) }
        // An escape is two bytes, unless the literal is raw.
        index += hashes == 0 && text[index] == UInt8(ascii: "\\") ? 2 : 1
      }
      index += end.utf8.count
      result += Array("\"\"".utf8)
    }
    return String(decoding: result, as: UTF8.self).components(separatedBy: "\n")
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

  /// All structs, classes, and actors in a file, including nested ones.
  static func all(in source: SwiftSource) -> [StoredProperties] {
    let declaration =
      /^\s*(?:@\w+(?:\([^)]*\))?\s+)*(?:\w+(?:\(\w+\))?\s+)*?(struct|class|actor|enum|extension|protocol)\s+([\w.]+)/
    let property =
      /^\s*(?:@[\w.]+(?:\([^)]*\))?\s+)*(?:(?:public|package|private|fileprivate|internal|final|nonisolated|weak|unowned|lazy)(?:\(\w+\))?\s+)*(?:let|var)\s+(\w+)(.*)$/
    let kinds = ["struct ", "class ", "actor ", "enum ", "extension ", "protocol "]
    var found: [StoredProperties] = []
    var scopes: [Scope] = []
    var pending: (Substring, Substring)?
    var depth = 0
    let lines = source.code
    for (index, line) in lines.enumerated() {
      let begins = kinds.contains { line.contains($0) }
      if begins, let match = line.firstMatch(of: declaration),
        !line.contains(/\b(?:let|var|func|case)\b/)
      {
        pending = (match.1, match.2)
      } else if let scope = scopes.last, scope.depth == depth,
        ["struct", "class", "actor"].contains(scope.kind),
        line.contains("let ") || line.contains("var "),
        let match = line.firstMatch(of: property), !line.contains("static ")
      {
        let rest = rest(String(match.2), after: index, of: lines)
        if !isComputed(rest) { scopes[scopes.count - 1].properties.append(String(match.1)) }
      }
      for character in line.utf8
      where character == UInt8(ascii: "{") || character == UInt8(ascii: "}") {
        if character == UInt8(ascii: "{") {
          depth += 1
          if let (kind, name) = pending {
            scopes.append(Scope(kind: kind, name: name, depth: depth))
            pending = nil
          }
        } else {
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

  /// What follows the name of a property, up to the beginning of its type and accessors.
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
