import ATProtoData
import ATProtoSyntax
import LexiconIndex
import Testing

/// Links, with the paths that Constellation writes.
@Suite struct LinkTests {
  private static let uri = "at://did:plc:ewvi7nxzyoun6zhxrhs64oiz/app.bsky.feed.post/3jzfcijpj2z2a"
  private static let cid = "bafyreidfayvfuwqa7qlnopdjiqrxzs6blmoeu4rujcjtnci5beludirz2a"

  private func links(_ record: DataValue) throws -> [String] {
    Lexicons.plan.entries(of: record, in: NSID("org.example.thing")).linkTexts
  }

  @Test func subjectOfALike() throws {
    let record: DataValue = [
      "$type": "app.bsky.feed.like", "createdAt": "2026-01-02T03:04:05Z",
      "subject": ["uri": .string(Self.uri), "cid": .string(Self.cid)],
    ]
    #expect(try links(record) == ["subject.uri \(Self.uri)"])
  }

  @Test func mentionsAndLinksOfFacets() throws {
    let record: DataValue = [
      "facets": [
        [
          "index": ["byteStart": 0, "byteEnd": 5],
          "features": [
            ["$type": "app.bsky.richtext.facet#mention", "did": "did:web:a.example"],
            ["$type": "app.bsky.richtext.facet#link", "uri": "https://b.example/c?d#e"],
            ["$type": "app.bsky.richtext.facet#tag", "tag": "f"],
          ],
        ]
      ]
    ]
    #expect(
      try links(record) == [
        "facets[].features[app.bsky.richtext.facet#link].uri https://b.example/c?d#e",
        "facets[].features[app.bsky.richtext.facet#mention].did did:web:a.example",
      ]
    )
  }

  @Test func typeOfAnObjectOutsideArraysIsNotInThePath() throws {
    let record: DataValue = [
      "embed": [
        "$type": "app.bsky.embed.recordWithMedia",
        "record": [
          "$type": "app.bsky.embed.record",
          "record": ["uri": .string(Self.uri), "cid": .string(Self.cid)],
        ],
        "media": ["$type": "app.bsky.embed.external", "external": ["uri": "https://a.example/"]],
      ]
    ]
    #expect(
      try links(record) == [
        "embed.media.external.uri https://a.example/", "embed.record.record.uri \(Self.uri)",
      ]
    )
  }

  @Test func elementsOfNestedArrays() throws {
    #expect(
      try links(["a": [["did:web:a.example"], [["b": "did:web:b.example"]]]]) == [
        "a[][] did:web:a.example", "a[][].b did:web:b.example",
      ]
    )
    #expect(
      try links(["a": [["$type": 5, "b": "did:web:b.example"]]]) == ["a[].b did:web:b.example"]
    )
  }

  @Test func sameTargetAtTwoPathsIsTwoLinks() throws {
    #expect(
      try links(["a": "did:web:a.example", "b": "did:web:a.example"]) == [
        "a did:web:a.example", "b did:web:a.example",
      ]
    )
    let composed = try links(["\u{E9}": "did:web:a.example", "e\u{301}": "did:web:a.example"])
    #expect(composed.count == 2)
  }

  @Test(arguments: [
    "did:web:a.example", "did:plc:ewvi7nxzyoun6zhxrhs64oiz", "did:other:%zz:x",
    "at://did:web:a.example", "at://a.example", "at://did:web:a.example/a.b.c",
    "at://did:web:a.example/a.b.c/self", "at://did:web:a.example/a.b.c/self#/text",
    "https://a.example", "http://a.example:80/b?c=d#e", "HTTPS://A.example/", "ftp://a.example/b",
    "web+x.y-z://a", "ipfs://bafy",
  ])
  func isALink(_ text: String) throws {
    #expect(try links(["a": .string(text)]) == ["a \(text)"])
  }

  @Test(arguments: [
    "", "a", "did:", "did:web", "did:web:", "DID:web:a.example", "did:Web:a", "mailto:a@b.example",
    "//a.example", "://a.example", "a.example/b", "https:/a.example", "https:", "https:/",
    "see https://a.example", " https://a.example", "https://a.example/ b",
    "https://a.example/\u{E9}",
    "did:web:a.example and more", "app.bsky.feed.post", "1://a", "a_b://c", "data:text/plain,x",
  ])
  func isNotALink(_ text: String) throws {
    #expect(try links(["a": .string(text)]).isEmpty)
  }

  @Test func binaryLinksAndTheTextOfCIDsAreNotLinks() throws {
    #expect(
      try links(["a": .link(CID(Self.cid)), "b": .string(Self.cid), "c": .bytes([1])]).isEmpty
    )
  }

  @Test func fieldsThatALexiconDoesNotDefineCount() {
    let entries = Lexicons.entries(["unheardOf": ["x": ["https://a.example"]]])
    #expect(entries.linkTexts == ["unheardOf.x[] https://a.example"])
  }

  @Test func longURIIsALinkUpToTheLimitOfItsFormat() throws {
    let longest = "https://a.example/" + String(repeating: "x", count: 8_192 - 18)
    #expect(try links(["a": .string(longest)]).count == 1)
    #expect(try links(["a": .string(longest + "x")]).isEmpty)
  }
}
