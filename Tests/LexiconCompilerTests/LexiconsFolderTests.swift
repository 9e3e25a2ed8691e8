import Foundation
import Lexicon
import LexiconCompiler
import LexiconTemplates
import Testing

@Suite("Compilation of Lexicons/")
struct LexiconsFolderTests {
  /// As configured in `lexgen.yaml`: a module for each namespace root.
  static func compile(_ sources: [SourceFile]) throws -> Compiler.Output {
    let checked = CheckedCatalog.check(sources)
    let findings = checked.diagnostics.filter { $0.severity != .note }
    #expect(findings == [])
    let output = try Compiler.compile(checked.catalog.documents)
    #expect(output.diagnostics == [])
    return output
  }

  @Test("two runs produce the same bytes, regardless of the order of the files")
  func determinism() throws {
    let sources = try ProjectFolder.sources(in: ProjectFolder.lexicons)
    let files = try Self.compile(sources).files
    #expect(!files.isEmpty)
    #expect(try Self.compile(sources).files == files)
    #expect(try Self.compile(sources.reversed()).files == files)
    var names = NastyNames(seed: 7)
    #expect(try Self.compile(names.shuffled(sources)).files == files)
  }

  @Test("Generated/ is up to date with Lexicons/")
  func generated() throws {
    let output = try Self.compile(try ProjectFolder.sources(in: ProjectFolder.lexicons))
    let folder = ProjectFolder.generated
    #expect(output.files.map(\.path) == (try ProjectFolder.paths(in: folder, "swift")))
    for file in output.files {
      let isSame = try ProjectFolder.bytes(file.path, in: folder) == Array(file.content.utf8)
      #expect(isSame, "\(file.path) differs: run 'make generate'")
      #expect(file.content.hasPrefix(OutputFile.marker))
    }
  }

  static let copied = [
    "com/atproto", "app/bsky/actor", "app/bsky/embed", "app/bsky/feed", "app/bsky/graph",
    "app/bsky/labeler", "app/bsky/notification", "app/bsky/richtext",
  ]

  @Test(
    "copied documents differ from the reference only in descriptions",
    .enabled(if: ProjectFolder.exists(ProjectFolder.reference)),
    arguments: copied
  )
  func structure(_ folder: String) throws {
    let own = ProjectFolder.lexicons.appending(path: folder)
    let reference = ProjectFolder.reference.appending(path: folder)
    let paths = try ProjectFolder.paths(in: reference, "json")
    #expect(try ProjectFolder.paths(in: own, "json", "yaml", "yml") == paths)
    for path in paths where ProjectFolder.exists(own.appending(path: path)) {
      let ours = try Self.tree(path, in: own)
      let theirs = try Self.tree(path, in: reference)
      #expect(ours.isEqual(theirs), "\(folder)/\(path)")
    }
  }

  private static func tree(_ path: String, in folder: URL) throws -> NSObject {
    let data = try Data(contentsOf: folder.appending(path: path))
    let value = try JSONSerialization.jsonObject(with: data)
    return try #require(withoutTexts(value, areNames: false) as? NSObject)
  }

  /// Without descriptions, and without the titles and details of permission sets. If the keys of an
  /// object are names, one of them can be `description`.
  private static func withoutTexts(_ value: Any, areNames: Bool) -> Any {
    if let array = value as? [Any] { return array.map { withoutTexts($0, areNames: false) } }
    guard let object = value as? [String: Any] else { return value }
    let isSet = object["type"] as? String == "permission-set"
    var result: [String: Any] = [:]
    for (key, value) in object {
      if !areNames {
        if key == "description" { continue }
        if isSet, key.hasPrefix("title") || key.hasPrefix("detail") { continue }
      }
      result[key] = withoutTexts(
        value,
        areNames: !areNames && (key == "properties" || key == "defs")
      )
    }
    return result
  }
}
