import ATProtoData
import RelayTestSupport
import Testing
import XRPCServer

@testable import Relay

@Suite struct JetstreamFilterTests {
  private static let did = "did:plc:ewvi7nxzyoun6zhxrhs64oiz"

  private func filter(_ query: [(String, String)]) throws -> JetstreamFilter {
    try JetstreamFilter(query: query.map { (name: $0.0, value: $0.1) })
  }

  private func collections(_ count: Int) -> [(String, String)] {
    (0..<count).map { ("wantedCollections", "com.example.collection\($0)") }
  }

  @Test func duplicateCollectionsDoNotCount() throws {
    let hundred = collections(100)
    _ = try filter(hundred + hundred)
    #expect(throws: XRPCServerError.invalidRequest("")) { try filter(collections(101)) }
  }

  @Test func duplicateDIDsDoNotCount() throws {
    let dids = (0..<10_000).map { ("wantedDids", "did:web:host\($0).test") }
    _ = try filter(dids + dids.prefix(10))
    #expect(throws: XRPCServerError.invalidRequest("")) {
      try filter(dids + [("wantedDids", "did:web:another.test")])
    }
  }

  @Test(arguments: [
    ("wantedCollections", "app.bsky"), ("wantedCollections", ""), ("wantedCollections", "*"),
    ("wantedCollections", "app.bsky.feed*"), ("wantedDids", "alice.test"), ("wantedDids", ""),
  ])
  func malformedValuesAreRefused(_ name: String, _ value: String) {
    #expect(throws: XRPCServerError.invalidRequest("")) { try filter([(name, value)]) }
  }

  @Test(arguments: [
    ("app.bsky.feed.post", true), ("app.bsky.feed.*", true), ("app.*", true),
    ("app.bsky.*", true), ("app.bsky.feed.like", false), ("app.bsky.graph.*", false),
    ("app.bsky.fee.*", false), ("app.bsky.feed.post.*", false),
  ])
  func patternsMatchWholeSegments(_ pattern: String, _ isWanted: Bool) throws {
    let account = SimulatedAccount(
      pds: "http://localhost",
      writes: [SimulatedAccount.create("app.bsky.feed.post", 1)]
    )
    let record = try JetstreamFixture().append(account.lastCommit, of: account)
    let event = try #require(JetstreamEvent.events(of: record).first)
    let filter = try filter([("wantedCollections", pattern)])
    #expect(filter.wants(event) == isWanted)
    // The index of the log may only rule out what the filter does not want.
    #expect(record.collections.mayMatch(CollectionPattern(pattern)) || !isWanted)
  }

  @Test(arguments: [("100", 100), ("0", 0), ("-5", 0), ("many", 0), ("", 0)])
  func malformedSizesAreNoLimit(_ text: String, _ expected: Int) throws {
    let filter = try filter([("maxMessageSizeBytes", text)])
    #expect(filter.maximumBytes == expected)
    #expect(filter.allows(size: 100))
    #expect(filter.allows(size: 101) == (expected != 100))
  }

  @Test func updateHasTheSameRules() throws {
    let update: DataValue = [
      "wantedCollections": ["app.bsky.feed.*"], "wantedDids": [.string(Self.did)],
      "maxMessageSizeBytes": 10,
    ]
    let filter = try JetstreamFilter(update: update)
    #expect(filter.collections == [CollectionPattern("app.bsky.feed.*")])
    #expect(filter.dids == [Self.did])
    #expect(filter.maximumBytes == 10)
    #expect(try JetstreamFilter(update: ["wantedDids": .null]).dids.isEmpty)
    #expect(try JetstreamFilter(update: .null).dids.isEmpty)
    for broken: DataValue? in [
      nil, ["wantedDids": "x"], ["wantedDids": [1]], ["wantedCollections": ["x"]],
    ] {
      #expect(throws: XRPCServerError.invalidRequest("")) { try JetstreamFilter(update: broken) }
    }
  }
}
