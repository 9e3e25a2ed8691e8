import ATProtoSyntax
import Lexicon
import LexiconCompiler

/// Files named by the paths of the documents alone, as a build plugin needs it: a build must know
/// its outputs before anything is read.
///
/// The path of a document below the root spells its NSID: `com/example/feed/post.yaml`, or
/// `com/example.feed.post.yaml`, is `com.example.feed.post`. Each group that a path spells gives
/// one file, named after it (`com.example.feed.swift`), even where nothing is generated for it;
/// beside these stands the module's file of namespaces. Group names keep their periods, so that
/// they do not meet the names of a target's own files, of which Swift wants each only once in a
/// module. `Plugins/LexiconBuildPlugin` follows the same rule.
struct RootedLayout {
  static let pathRule = "id-path-mismatch"

  /// Without slashes at their ends.
  let roots: [String]
  /// The input as it was named or found.
  let paths: [String]

  init(roots: [String], paths: [String]) {
    self.roots = roots.map(InputReader.withoutTrailingSlash)
    self.paths = paths
  }

  /// Of roots within each other the inner one.
  private func root(of path: String) -> String? {
    roots.filter { path.hasPrefix($0 + "/") }.max { $0.utf8.count < $1.utf8.count }
  }

  /// What a path spells, whether that is an NSID or not; nil for a path outside the roots.
  func spelledName(_ path: String) -> String? {
    guard let root = root(of: path), DocumentFormat(path: path) != nil else { return nil }
    let relative = path.dropFirst(root.count + 1)
    return relative[..<(relative.lastIndex(of: ".") ?? relative.endIndex)]
      .split(separator: "/").joined(separator: ".")
  }

  /// `com.example.feed.swift` for a document of the group `com.example.feed`.
  private func fileName(_ path: String) -> String? {
    guard let name = spelledName(path) else { return nil }
    let segments = name.split(separator: ".", omittingEmptySubsequences: false)
    return segments.count < 3 ? nil : RootedLayout.fileName(ofGroup: NSIDPath(name).group)
  }

  private static func fileName(ofGroup group: String) -> String { "\(group).swift" }

  /// Documents that are not where their NSIDs say, or whose authority another module declares.
  func diagnostics(
    _ documents: [LexiconDocument],
    externalModules: [String: String]
  ) -> [Diagnostic] {
    documents.flatMap { document in
      var result: [Diagnostic] = []
      let nsid = document.id.value.string
      let location = document.id.location
      if spelledName(location.path) != nsid {
        let place = nsid.split(separator: ".").joined(separator: "/")
        let format = DocumentFormat(path: location.path) == .json ? "json" : "yaml"
        let root = root(of: location.path) ?? roots[0]
        result.append(
          Diagnostic(
            .error,
            rule: RootedLayout.pathRule,
            at: location,
            "'\(nsid)' belongs into \(root)/\(place).\(format): the path of a document spells "
              + "its NSID"
          )
        )
      }
      return result + RootedLayout.declaredElsewhere([document], externalModules)
    }
  }

  /// Documents whose authority another module declares.
  static func declaredElsewhere(
    _ documents: [LexiconDocument],
    _ externalModules: [String: String]
  ) -> [Diagnostic] {
    documents.compactMap { document in
      let authority = NSIDPath(document.id.value.string).authority
      guard let module = externalModules[authority] else { return nil }
      return Diagnostic(
        .error,
        rule: "authority-elsewhere",
        at: document.id.location,
        "the module \(module), imported here, declares the authority '\(authority)', and an "
          + "authority belongs to one module"
      )
    }
  }

  /// The output under the names that the paths give it.
  func arranged(_ output: Compiler.Output, module: String) -> [OutputFile] {
    var content: [String: String] = [:]
    var names: [String: String] = [:]
    for file in output.modules.flatMap(\.files) {
      names["\(module)/\(file.fileName)"] = RootedLayout.fileName(ofGroup: file.group)
    }
    for file in output.files {
      content[names[file.path] ?? String(file.path.dropFirst(module.count + 1))] = file.content
    }
    for name in paths.compactMap(fileName) + ["\(module)+Namespaces.swift"]
    where content[name] == nil {
      content[name] = "\(OutputFile.marker). No lexicon asks for anything here.\n"
    }
    return content.map { OutputFile(path: $0.key, content: $0.value) }
      .sorted { $0.path < $1.path }
  }
}
