import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import HTTPTypes
import RelayTestSupport
import Testing
import XRPCServer

@testable import Relay

@Suite struct JetstreamTests {
  private static func account() -> SimulatedAccount {
    SimulatedAccount(pds: "http://localhost")
  }

  @Test func messagesHaveTheFieldsOfJetstreamInTheirOrder() async throws {
    let fixture = try JetstreamFixture()
    let account = Self.account()
    let subscriber = try await fixture.subscribe()
    let did = account.did.string
    let time = fixture.now

    let created = account.nextMessage([SimulatedAccount.create("app.example.post", 1)])
    fixture.append(.commit(created), of: account)
    let cid = try #require(created.operations[0].cid)
    #expect(
      try await subscriber.text()
        == #"{"did":"\#(did)","time_us":\#(time),"kind":"commit","commit":{"rev":"\#(created.rev)","#
        + #""operation":"create","collection":"app.example.post","rkey":"r1","#
        + #""record":{"n":1,"$type":"app.example.post"},"cid":"\#(cid)"}}"#
    )
    let deleted = account.nextMessage([.delete(SimulatedAccount.path("app.example.post", 1))])
    fixture.append(.commit(deleted), of: account)
    #expect(
      try await subscriber.text()
        == #"{"did":"\#(did)","time_us":\#(time + 1),"kind":"commit","commit":{"#
        + #""rev":"\#(deleted.rev)","operation":"delete","collection":"app.example.post","#
        + #""rkey":"r1"}}"#
    )
    fixture.append(.identity(IdentityMessage(did: did, handle: "alice.test")), of: account)
    #expect(
      try await subscriber.text()
        == #"{"did":"\#(did)","time_us":\#(time + 2),"kind":"identity","identity":{"#
        + #""did":"\#(did)","handle":"alice.test","seq":3,"time":"\#(SimulatedFrame.time)"}}"#
    )
    fixture.append(.identity(IdentityMessage(did: did, handle: nil)), of: account)
    #expect(
      try await subscriber.text()
        == #"{"did":"\#(did)","time_us":\#(time + 3),"kind":"identity","identity":{"#
        + #""did":"\#(did)","seq":4,"time":"\#(SimulatedFrame.time)"}}"#
    )
    fixture.append(account.become(.inactive("suspended")), of: account)
    #expect(
      try await subscriber.text()
        == #"{"did":"\#(did)","time_us":\#(time + 4),"kind":"account","account":{"active":false,"#
        + #""did":"\#(did)","seq":5,"status":"suspended","time":"\#(SimulatedFrame.time)"}}"#
    )
  }

  @Test func eachOperationHasItsOwnTime() async throws {
    let fixture = try JetstreamFixture()
    let account = Self.account()
    let subscriber = try await fixture.subscribe()
    let start = fixture.now
    let writes = (1...3).map { SimulatedAccount.create("app.example.post", $0) }
    fixture.append(account.commit(writes), of: account)
    fixture.append(account.account, of: account)
    #expect(try await subscriber.times(4) == Array(start..<start + 4))
    #expect(subscriber.entry.eventsSent == 4)
  }

  @Test func syncEventsAreLeftOut() async throws {
    let fixture = try JetstreamFixture()
    let account = Self.account()
    let subscriber = try await fixture.subscribe()
    fixture.append(account.sync, of: account)
    fixture.append(account.account, of: account)
    #expect(try await subscriber.next()["kind"] == "account")
  }

  /// Bug reports 142 and 171 of Jetstream.
  @Test func accountDeletionReachesASubscriberWithACollectionFilter() async throws {
    let fixture = try JetstreamFixture()
    let account = Self.account()
    let other = Self.account()
    let subscriber = try await fixture.subscribe(
      "wantedCollections=app.bsky.feed.post&wantedDids=\(account.did)"
    )
    fixture.append(account.commit(), of: account)
    fixture.append(other.become(.inactive("deleted")), of: other)
    fixture.append(account.become(.inactive("deleted")), of: account)
    let event = try await subscriber.next()
    #expect(event["kind"] == "account")
    #expect(event["did"]?.string == account.did.string)
    #expect(event["account"]?["status"] == "deleted")
    // The same from the log.
    let late = try await fixture.subscribe(
      "wantedCollections=app.bsky.feed.post&wantedDids=\(account.did)&cursor=0"
    )
    #expect(try await late.next() == event)
  }

  /// Bug report 170 of Jetstream.
  @Test func minutesWithoutEventsChangeNothing() async throws {
    let fixture = try JetstreamFixture()
    let account = Self.account()
    let subscriber = try await fixture.subscribe()
    fixture.append(account.account, of: account)
    let first = try await subscriber.times(1)[0]
    fixture.now += 3_600_000_000
    fixture.append(account.account, of: account)
    #expect(try await subscriber.times(1)[0] == first + 3_600_000_001)
  }

  @Test func updateReplacesAllOptions() async throws {
    let fixture = try JetstreamFixture()
    let account = Self.account()
    let subscriber = try await fixture.subscribe("wantedCollections=app.example.other")
    fixture.append(account.commit(), of: account)
    fixture.append(account.account, of: account)
    #expect(try await subscriber.next()["kind"] == "account")
    try await subscriber.send(#"{"type":"something_else","payload":1.5}"#)
    try await subscriber.send(
      #"{"type":"options_update","payload":{"wantedCollections":["app.example.post"]}}"#
    )
    fixture.append(account.commit(), of: account)
    #expect(try await subscriber.next()["kind"] == "commit")
  }

  @Test(arguments: [
    (#"{"type":"options_update","payload":{"wantedDids":["alice.test"]}}"#, 1008),
    (#"{"type":"options_update"}"#, 1007), (#"{"type":"#, 1007), ("[", 1007),
  ])
  func invalidUpdateClosesTheSocket(_ message: String, _ code: Int) async throws {
    let subscriber = try await JetstreamFixture().subscribe("requireHello=true")
    let error = await #expect(throws: WebSocketClosing.self) {
      try await subscriber.send(message)
    }
    #expect(error?.code == code)
  }

  @Test func nothingIsSentBeforeTheHello() async throws {
    let fixture = try JetstreamFixture()
    let account = Self.account()
    fixture.append(account.commit(), of: account)
    fixture.append(account.account, of: account)
    let subscriber = try await fixture.subscribe("cursor=1&requireHello=true")
    let first = Task { try await subscriber.next() }
    for _ in 0..<100 { await Task.yield() }
    #expect(subscriber.entry.eventsSent == 0)
    try await subscriber.send(
      #"{"type":"options_update","payload":{"wantedCollections":["app.example.nothing"]}}"#
    )
    #expect(try await first.value["kind"] == "account")
  }

  @Test func liveSubscriberBeginsWithItsHello() async throws {
    let fixture = try JetstreamFixture()
    let account = Self.account()
    let subscriber = try await fixture.subscribe("requireHello=true")
    fixture.append(account.account, of: account)
    try await subscriber.source.received(.binary([1, 2, 3]))
    try await subscriber.send(#"{"type":"options_update","payload":null}"#)
    let time = fixture.now
    fixture.append(account.account, of: account)
    #expect(try await subscriber.times(1) == [time])
  }

  @Test func tooLongMessagesAreLeftOut() async throws {
    let fixture = try JetstreamFixture()
    let account = Self.account()
    let subscriber = try await fixture.subscribe("maxMessageSizeBytes=400")
    let text = String(repeating: "x", count: 400)
    let record: DataValue = ["$type": "app.example.post", "text": .string(text)]
    let path = SimulatedAccount.path("app.example.post", 1)
    fixture.append(account.commit([.create(path, record: record.cborBytes())]), of: account)
    fixture.append(account.commit([.delete(path)]), of: account)
    #expect(try await subscriber.next()["commit"]?["operation"] == "delete")
  }

  @Test(arguments: ["cursor=yesterday", "wantedDids=alice.test", "wantedCollections=x"])
  func malformedParametersAreRefused(_ query: String) async throws {
    let fixture = try JetstreamFixture()
    let refusal = await #expect(throws: WebSocketRefusal.self) {
      try await fixture.subscribe(query)
    }
    #expect(refusal?.status == .badRequest)
  }
}
