import ATProtoSyntax
package import Lexicon
import LexiconCompiler

/// Documents whose paths spell their NSIDs, so that the paths alone determine the names of the
/// output: a build plugin must declare the outputs of a command before anything is read.
///
/// The path of a document below the root spells its NSID: `com/example/feed/post.yaml`, or
/// `com/example.feed.post.yaml`, is `com.example.feed.post`. Each group that a path spells becomes
/// one file named after it (`com.example.feed.swift`), even if nothing is generated for it; the
/// module's file of namespaces is added. Group names keep their periods, so they cannot collide
/// with the names of a target's own files; Swift requires file names to be unique in a module.
/// `Plugins/LexiconBuildPlugin` follows the same convention.
package struct RootedLayout {
  package static let pathRule = "id-path-mismatch"

  /// Without trailing slashes.
  package let roots: [String]
  /// The input files, as named by the user or found in directories.
  package let paths: [String]

  package init(roots: [String], paths: [String]) {
    self.roots = roots.map(InputReader.withoutTrailingSlash)
    self.paths = paths
  }

  /// The groups that the paths spell.
  package var groups: [String] {
    Set(paths.compactMap(spelledName)).compactMap { name in
      let group = NSIDGroup(of: name)
      return group.segments.count < 2 ? nil : group.text
    }
  }

  /// The innermost of nested roots.
  private func root(of path: String) -> String? {
    roots.filter { path.hasPrefix($0 + "/") }.max { $0.utf8.count < $1.utf8.count }
  }

  /// The name that a path spells, valid as an NSID or not. Returns nil if the path is outside the
  /// roots.
  package func spelledName(_ path: String) -> String? {
    guard let root = root(of: path), DocumentFormat(path: path) != nil else { return nil }
    let relative = path.dropFirst(root.count + 1)
    return relative[..<(relative.lastIndex(of: ".") ?? relative.endIndex)]
      .split(separator: "/").joined(separator: ".")
  }

  /// Reports documents at the wrong path, or whose namespace root belongs to another module.
  package func diagnostics(
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
            "'\(nsid)' belongs at \(root)/\(place).\(format): the path of a document must spell "
              + "its NSID"
          )
        )
      }
      return result + RootedLayout.declaredElsewhere([document], externalModules)
    }
  }

  /// Reports documents whose namespace root is declared by an imported module.
  package static func declaredElsewhere(
    _ documents: [LexiconDocument],
    _ externalModules: [String: String]
  ) -> [Diagnostic] {
    documents.compactMap { document in
      let root = document.id.value.namespaceRoot
      guard let module = externalModules[root] else { return nil }
      return Diagnostic(
        .error,
        rule: "authority-elsewhere",
        at: document.id.location,
        "the imported module \(module) already declares the namespace root '\(root)'; a namespace "
          + "root belongs to one module"
      )
    }
  }
}
