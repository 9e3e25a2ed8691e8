import ATProtoSyntax
import Foundation
import Lexicon
import Testing

/// Documents in a directory next to the project, if it exists.
enum Shared {
  static let folder = URL(filePath: #filePath).resolvingSymlinksInPath()
    .appending(path: "../../../../../shared").standardized

  static func exists(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: folder.appending(path: path).path)
  }

  /// The JSON files in a directory, with relative paths.
  static func files(_ path: String) throws -> [SourceFile] {
    let root = folder.appending(path: path)
    return try FileManager.default.subpathsOfDirectory(atPath: root.path)
      .filter { $0.hasSuffix(".json") }.sorted()
      .map { path in
        SourceFile(path: path, bytes: [UInt8](try Data(contentsOf: root.appending(path: path))))
      }
  }

  /// The documents of a list of interoperability vectors, by name.
  static func vectors(_ path: String) throws -> [(name: String, file: SourceFile)] {
    let data = try Data(contentsOf: folder.appending(path: path))
    let list = try #require(try JSONSerialization.jsonObject(with: data) as? [[String: Any]])
    return try list.map { vector in
      let name = try #require(vector["name"] as? String)
      let text = try JSONSerialization.data(withJSONObject: try #require(vector["lexicon"]))
      return (name, SourceFile(path: "\(name).json", bytes: [UInt8](text)))
    }
  }
}

@Suite("Official documents and public vectors")
struct ReferenceDocumentTests {
  @Test(
    "The 402 official documents have no error and no warning",
    .enabled(if: Shared.exists("reference/lexicons"))
  )
  func officialDocumentsAreValid() throws {
    let files = try Shared.files("reference/lexicons")
    let checked = CheckedCatalog.check(files)
    #expect(checked.diagnostics.map(\.description) == [])
    #expect(checked.removed == [])
    #expect(checked.catalog.documents.count == files.count)
    for (document, file) in zip(checked.catalog.documents, files.sorted(by: Self.precedes)) {
      #expect(file.path == document.id.value.segments.joined(separator: "/") + ".json")
    }
    // The closure of a post, with a chain of references.
    let closure = checked.closure(of: ["app.bsky.feed.post"]).map(\.string)
    #expect(closure.contains("app.bsky.richtext.facet"))
    #expect(!closure.contains("app.bsky.feed.getTimeline"))
    #expect(
      checked.why("com.atproto.label.defs", from: ["app.bsky.feed.post"])?.map(\.string) == [
        "app.bsky.feed.post", "com.atproto.label.defs",
      ]
    )
  }

  private static func precedes(_ left: SourceFile, _ right: SourceFile) -> Bool {
    func nsid(_ file: SourceFile) -> String {
      String(file.path.dropLast(5)).replacing("/", with: ".")
    }
    return nsid(left) < nsid(right)
  }

  @Test(
    "The public document vectors are valid or invalid as expected",
    .enabled(if: Shared.exists("interop/lexicon"))
  )
  func vectorsAgree() throws {
    for (name, file) in try Shared.vectors("interop/lexicon/lexicon-valid.json") {
      let found = LexiconDocument.parse(file)
      #expect(found.document != nil, "\(name): \(found.diagnostics)")
    }
    for (name, file) in try Shared.vectors("interop/lexicon/lexicon-invalid.json") {
      let found = LexiconDocument.parse(file)
      #expect(found.document == nil && found.hasErrors, "\(name)")
    }
    for file in try Shared.files("interop/lexicon/catalog") {
      let found = LexiconDocument.parse(file)
      #expect(found.document != nil, "\(found.diagnostics)")
    }
  }
}
