import ATProtoData
import ATProtoSyntax
import AppBskyAPI
import Foundation
import Lexicon
import Testing

/// Generated types and the catalog that they were generated from report the same violations in the
/// same words.
@Suite("Generated validation and catalog validation")
struct AgreementTests {
  static let catalog: Catalog = {
    let root = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Lexicons")
    let paths = (try? FileManager.default.subpathsOfDirectory(atPath: root.path)) ?? []
    let files = paths.sorted().compactMap { path -> SourceFile? in
      guard let data = try? Data(contentsOf: root.appending(path: path)) else { return nil }
      return SourceFile(path: path, bytes: [UInt8](data))
    }
    return CheckedCatalog.check(files).catalog
  }()

  static let posts: [String] =
    Samples.posts + [
      #"""
      {"tags":["a","\#(String(repeating: "x", count: 641))"],
      "text":"\#(String(repeating: "y", count: 3_001))","$type":"app.bsky.feed.post",
      "embed":{"$type":"app.bsky.embed.images","images":[{"alt":"","image":{"ref":{"$link":
      "\#(Samples.rawCID)"},"size":0,"$type":"blob","mimeType":"text/plain"},
      "aspectRatio":{"width":0,"height":2}}]},"langs":["en","not a language","de","fr"],
      "reply":{"root":{"cid":"x","uri":"y"},"parent":\#(Samples.ref)},
      "facets":[{"index":{"byteEnd":-1,"byteStart":0},"features":[{"did":"x","$type":
      "app.bsky.richtext.facet#mention"},{"$type":"com.example.new","did":"x"}]}],
      "createdAt":"yesterday"}
      """#
    ]

  @Test("both report the same violations for decodable values", arguments: posts)
  func constraints(_ json: String) throws {
    let value = try DataValue(json: json)
    let generated = try AppBsky.Feed.Post(value).validate()
    let found = Self.catalog.validate(value, as: "app.bsky.feed.post")
    #expect(Set(found) == Set(generated))
  }

  /// A mutant can be decoded if and only if none of the violations is about its shape.
  @Test("both reject the same shapes")
  func shapes() throws {
    let shapes: Set = ["type", "required", "$type", "closed"]
    let values: [DataValue] = [1, "a", nil, true, [], [:], [1], ["$type": "com.example.x"]]
    for json in Self.posts {
      let post = try DataValue(json: json)
      for key in try #require(post.object).keys {
        for value in values.map({ Optional($0) }) + [DataValue?.none] {
          var mutant = post
          mutant[key] = value
          let found = Self.catalog.validate(mutant, as: "app.bsky.feed.post")
          let decodes = (try? AppBsky.Feed.Post(mutant)) != nil
          #expect(decodes == !found.contains { shapes.contains($0.rule) }, "\(key): \(mutant)")
        }
      }
    }
  }
}
