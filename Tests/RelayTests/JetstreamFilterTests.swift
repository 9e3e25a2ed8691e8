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

  @Test(arguments: [
    ("100", 100), ("0", 0), ("-5", 0), ("many", 0), ("", 0), ("4294967296", 0),
  ])
  func malformedSizesMeanNoLimit(_ text: String, _ expected: Int) throws {
    let filter = try filter([("maxMessageSizeBytes", text)])
    #expect(filter.maximumBytes == expected)
    #expect(filter.allows(size: 100))
    #expect(filter.allows(size: 101) == (expected != 100))
  }

  @Test func updateHasTheSameRules() throws {
    func filter(_ payload: String) throws -> JetstreamFilter? {
      let message = try JetstreamMessage(#"{"type":"options_update","payload":\#(payload)}"#)
      return if case .update(let filter) = message { filter } else { nil }
    }
    let full = try #require(
      try filter(
        """
        {"wantedCollections":["app.bsky.feed.*"],"wantedDids":["\(Self.did)"],\
        "maxMessageSizeBytes":10,"other":[0.5]}
        """
      )
    )
    #expect(full.collections == [CollectionPattern("app.bsky.feed.*")])
    #expect(full.dids == [Self.did])
    #expect(full.maximumBytes == 10)
    for empty in ["null", "{}", #"{"wantedDids":null,"maxMessageSizeBytes":-1}"#] {
      let all = try #require(try filter(empty))
      #expect(all.dids.isEmpty && all.collections.isEmpty && all.maximumBytes == 0)
    }
    // Duplicates do not count.
    let dids = Array(repeating: "\"\(Self.did)\"", count: 30_000).joined(separator: ",")
    #expect(try filter("{\"wantedDids\":[\(dids)]}")?.dids.count == 1)
  }

  @Test(arguments: [
    (#"{"wantedDids":["x"]}"#, 1008), (#"{"wantedDids":[null]}"#, 1008),
    (#"{"wantedCollections":["x"]}"#, 1008), (#"{"wantedDids":"x"}"#, 1007),
    (#"{"wantedDids":[1]}"#, 1007), (#"{"maxMessageSizeBytes":"1"}"#, 1007),
    (#"{"maxMessageSizeBytes":0.5}"#, 1007), (#""text""#, 1007), ("[]", 1007), ("", 1007),
  ])
  func malformedUpdatesCloseTheSocket(_ payload: String, _ code: Int) {
    let error = #expect(throws: WebSocketClosing.self) {
      try JetstreamMessage(#"{"type":"options_update","payload":\#(payload)}"#)
    }
    #expect(error?.code == code)
  }

  @Test func messagesOfOtherTypesAreIgnored() throws {
    let deep = String(repeating: "[", count: 100) + String(repeating: "]", count: 100)
    let long = String(repeating: "x", count: 100_000)
    for message in [
      "null", "{}", #"{"type":null}"#, #"{"type":"hello","payload":0.5}"#,
      #"{"type":"hello","payload":\#(deep)}"#, #"{"type":"hello","\#(long)":"\#(long)"}"#,
    ] {
      guard case .other = try JetstreamMessage(message) else {
        Issue.record("\(message.prefix(50)) is not ignored")
        continue
      }
    }
    for message in ["", "{", "[]", "1", #"{"type":1}"#] {
      #expect(throws: WebSocketClosing.self) { try JetstreamMessage(message) }
    }
  }
}
