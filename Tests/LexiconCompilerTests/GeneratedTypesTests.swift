import Foundation
import Lexicon
import LexiconCompiler
import Testing

/// The table of types that the property tests cover, written from the compiler's own representation
/// so that no type is forgotten.
@Suite("Table of generated types")
struct GeneratedTypesTests {
  static let path = "Tests/GeneratedCodeTests/GeneratedTypes.swift"

  @Test("the table contains the structures and unions of all definitions")
  func table() throws {
    let own = try LexiconsFolderTests.compile(ProjectFolder.sources(in: ProjectFolder.lexicons))
    let snapshots = try Snapshot.all.flatMap { snapshot in
      var options = CompilerOptions()
      options.singleModule = snapshot.module
      let checked = CheckedCatalog.check(try snapshot.sources())
      return try Compiler.compile(checked.catalog.documents, options: options).modules
    }
    let text = Self.source(own: own.modules, snapshots: snapshots)
    let file = ProjectFolder.root.appending(path: Self.path)
    if Snapshot.isRecording {
      try Data(text.utf8).write(to: file)
      Issue.record("recorded \(Self.path); review the difference and run again")
      return
    }
    let isSame = try ProjectFolder.text(Self.path, in: ProjectFolder.root) == text
    #expect(isSame, "\(Self.path) differs: run 'make snapshots'")
  }

  private static func source(own: [SwiftModule], snapshots: [SwiftModule]) -> String {
    var lines = [
      "// Written by GeneratedTypesTests: run 'make snapshots'. Do not edit.",
      "// swift-format-ignore-file",
      "import ATProtoData",
    ]
    lines += own.map { "import \($0.name)" }
    lines += [
      "import SnapshotModule", "import XRPC", "",
      "/// The structures and unions of definitions and bodies, and the parameters of methods, by the",
      "/// subject that samples are of.",
      "enum GeneratedTypes {",
    ]
    for (name, modules) in [("own", own), ("snapshots", snapshots)] {
      lines.append("  static let \(name): [(String, any LexiconValue.Type)] = [")
      for (subject, type) in modules.flatMap(subjects) {
        lines.append("    (\(SwiftLiteral.string(subject)), \(type).self),")
      }
      lines += ["  ]", "  static let \(name)Parameters: [(String, any XRPCParameters.Type)] = ["]
      for (subject, type) in modules.flatMap(parameters) {
        lines.append("    (\(SwiftLiteral.string(subject)), \(type).self),")
      }
      lines.append("  ]")
    }
    return lines.joined(separator: "\n") + "\n}\n"
  }

  private static func parameters(of module: SwiftModule) -> [(String, String)] {
    module.files.flatMap { file -> [(String, String)] in
      var methods: [String: String] = [:]
      for declaration in file.declarations {
        if case .method = declaration.kind { methods[declaration.path] = declaration.origin }
      }
      return file.declarations.compactMap { declaration in
        guard case .parameters = declaration.kind, let nsid = methods[declaration.scope] else {
          return nil
        }
        return ("\(nsid)/parameters", declaration.path)
      }
    }
  }

  private static func subjects(of module: SwiftModule) -> [(String, String)] {
    module.files.flatMap { file -> [(String, String)] in
      var methods: [String: String] = [:]
      var aliases: Set<String> = []
      for declaration in file.declarations {
        switch declaration.kind {
        case .method: methods[declaration.path] = declaration.origin
        case .alias: aliases.insert(declaration.origin)
        default: break
        }
      }
      var seen = aliases
      return file.declarations.compactMap { declaration in
        guard declaration.isChecked else { return nil }
        if let nsid = methods[declaration.scope] {
          let parts = ["Input": "input", "Output": "output", "Message": "message"]
          return parts[declaration.name].map { ("\(nsid)/\($0)", declaration.path) }
        }
        // The declaration of a definition comes before those of the types nested in it; what is
        // inside an alias has no name in the lexicon.
        guard !declaration.origin.hasSuffix("#main"), !methods.values.contains(declaration.origin),
          seen.insert(declaration.origin).inserted
        else { return nil }
        return (declaration.origin, declaration.path)
      }
    }
  }
}

extension Declaration {
  /// Whether it has its own `validate(into:)`.
  fileprivate var isChecked: Bool {
    switch kind {
    case .structure, .union: true
    default: false
    }
  }
}
