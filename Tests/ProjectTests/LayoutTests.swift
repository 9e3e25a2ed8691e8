import Foundation
import Testing

/// The sources follow the table of targets in docs/architecture.md and the rules beside it.
@Suite struct LayoutTests {
  /// A row of the table: a target and the targets that it imports.
  struct Row: Sendable, CustomTestStringConvertible {
    var floor: Int
    var target: String
    var imports: Set<String>

    var testDescription: String { target }
  }

  static let table: [Row] = {
    let text = (try? Project.text("docs/architecture.md")) ?? ""
    return text.components(separatedBy: "\n").compactMap { line in
      let cells = line.components(separatedBy: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      guard cells.count == 6, let floor = Int(cells[1]),
        let target = cells[2].firstMatch(of: /^`([\w-]+)`$/)?.1
      else { return nil }
      let imports = cells[3].matches(of: /`(\w+)`/).map { String($0.1) }
      return Row(floor: floor, target: String(target), imports: Set(imports))
    }
  }()

  /// The directory of a target's sources.
  static func directory(of target: String) -> String {
    switch target {
    case "LexiconTemplates": "Templates"
    case "ComAtprotoAPI", "AppBskyAPI", "ChatBskyAPI", "ToolsOzoneAPI", "DevLexgenAPI",
      "BlueMicrocosmAPI":
      "Generated/\(target)"
    default: "Sources/\(target)"
    }
  }

  @Test func everyDirectoryOfSourcesIsInTheTable() throws {
    let targets = Set(Self.table.map(\.target))
    let found = try Project.directories(in: "Sources").filter { name in
      !Project.files(below: "Sources/\(name)", ending: ".swift").isEmpty
    }
    #expect(Set(found) == targets.filter { Self.directory(of: $0).hasPrefix("Sources/") })
    #expect(Self.table.count == targets.count, "a target is listed twice")
  }

  /// A compiler run in the wrong directory leaves files there.
  @Test func topLevelHasNoSourcesOrHeaders() throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: Project.directory.path)
    let sources = names.filter { name in
      [".swift", ".h", ".o", ".swiftmodule", ".swiftdoc"].contains { name.hasSuffix($0) }
    }
    #expect(sources == ["Package.swift"])
  }

  /// Swift finds the type where the module is meant, so that nothing else of the module can be
  /// qualified. docs/architecture.md has the reason for the two exceptions.
  @Test func noModuleHoldsATypeOfItsOwnName() throws {
    let exceptions: Set = ["XRPCClient", "XRPCServer"]
    for target in Self.table.map(\.target) where !exceptions.contains(target) {
      let declaration = try Regex("(struct|class|actor|enum|protocol|typealias) \(target)\\b")
      for path in Project.files(below: Self.directory(of: target), ending: ".swift") {
        for line in try SwiftSource(path).code where !line.hasPrefix(" ") {
          #expect(!line.contains(declaration), "\(path): \(line)")
        }
      }
    }
  }

  @Test func floorsAscend() {
    #expect(Self.table.map(\.floor) == Self.table.map(\.floor).sorted())
  }

  @Test(arguments: table)
  func targetImportsWhatTheTableSays(_ row: Row) throws {
    let targets = Set(Self.table.map(\.target))
    var imports: Set<String> = []
    for path in Project.files(below: Self.directory(of: row.target), ending: ".swift") {
      imports.formUnion(try SwiftSource(path).imports)
    }
    #expect(imports.intersection(targets) == row.imports)
  }

  @Test(arguments: table)
  func importsGoDownOnly(_ row: Row) {
    let earlier = Set(Self.table.prefix { $0.target != row.target }.map(\.target))
    #expect(row.imports.subtracting(earlier).isEmpty)
  }

  /// Modules of other packages that only some targets may import.
  @Test(arguments: [
    ("GRDB", ["SQLiteStorage"]),
    ("CYAML", ["Lexicon"]),
    ("CSecp256k1", ["ATProtoCrypto"]),
    ("CLibCrypto", ["ATProtoCrypto"]),
    ("CZstd", ["Relay"]),
    ("ArgumentParser", ["lexgen", "atproto", "fuzz"]),
    ("AsyncHTTPClient", ["XRPCAsyncHTTPClient"]),
  ])
  func moduleIsImportedOnlyBy(_ module: String, _ targets: [String]) throws {
    let files = try Project.files(below: "Sources", ending: ".swift").filter {
      try SwiftSource($0).imports.contains(module)
    }
    #expect(Set(files.map { String($0.split(separator: "/")[1]) }) == Set(targets))
  }

  /// A type with more should be several types. Settings and generated code are exempt.
  @Test func noTypeHasMoreThanTwelveStoredProperties() throws {
    for path in Project.files(below: "Sources", ending: ".swift")
    where !path.contains("/Generated/") {
      for type in try StoredProperties.all(in: SwiftSource(path))
      where !type.type.hasSuffix("Configuration") && !type.type.hasSuffix("Settings") {
        #expect(type.names.count <= 12, "\(path): \(type.type) has \(type.names)")
      }
    }
  }

  @Test func storedPropertiesAreCounted() throws {
    let all = try StoredProperties.all(in: SwiftSource("Tests/ProjectTests/SwiftSource.swift"))
    #expect(all.first { $0.type == "Scope" }?.names == ["kind", "name", "depth", "properties"])
    #expect(all.first { $0.type == "SwiftSource" }?.names == ["path", "lines"])
  }

  @Test func unsafeCodeOfTheDataModelIsInOneDirectory() throws {
    for path in Project.files(below: "Sources/ATProtoData", ending: ".swift")
    where !path.hasPrefix("Sources/ATProtoData/Memory/") {
      let code = try SwiftSource(path).code
      let words = code.flatMap { line in line.split { !$0.isLetter && $0 != "_" } }
      #expect(!words.contains { $0 == "unsafe" || $0.hasPrefix("Unsafe") }, "\(path)")
    }
  }
}
