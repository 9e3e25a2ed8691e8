import ATProtoData
import ATProtoLabels
import ATProtoSyntax
import ComAtprotoAPI
import Testing

@Suite struct SelfLabelTests {
  private static func labels(_ labels: DataValue) throws -> [Label] {
    SelfLabels.labels(
      ofRecord: ["$type": "app.bsky.feed.post", "labels": labels],
      uri: try ATURI(Sample.post),
      cid: Sample.cid(1),
      author: Sample.author,
      createdAt: Sample.time(1)
    )
  }

  private static func list(_ values: [DataValue]) -> DataValue {
    ["$type": "com.atproto.label.defs#selfLabels", "values": .array(values)]
  }

  @Test func selfLabelsAreGlobalAndFromTheAuthor() throws {
    let labels = try Self.labels(
      Self.list([
        ["val": "nudity"], ["val": "spam"], ["val": "!takedown"], ["val": 1], "porn",
        ["val": "nudity"], ["val": "!no-unauthenticated"],
      ])
    )
    #expect(labels.map(\.val) == ["nudity", "!no-unauthenticated"])
    for label in labels {
      #expect(label.src.string == Sample.author.string && label.uri.string == Sample.post)
      #expect(label.cid?.string == Sample.cid(1).string && label.ver == 1 && label.sig == nil)
      #expect(label.cts.string == Sample.time(1).string)
    }
  }

  @Test func atMostTenValuesCount() throws {
    let values = (0..<10).map { number -> DataValue in ["val": .string("x\(number)")] }
    #expect(try Self.labels(Self.list(values + [["val": "porn"]])).isEmpty)
    #expect(try Self.labels(Self.list(values.dropLast() + [["val": "porn"]])).count == 1)
  }

  @Test(
    arguments: [
      .null, "porn", [], ["values": [["val": "porn"]]], ["$type": "a.b.c", "values": []],
      ["$type": "com.atproto.label.defs#selfLabels"],
      ["$type": "com.atproto.label.defs#selfLabels", "values": "porn"],
    ] as [DataValue]
  )
  func otherFormsAreNotSelfLabels(_ labels: DataValue) throws {
    #expect(try Self.labels(labels).isEmpty)
  }
}
