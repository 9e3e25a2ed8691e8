import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import HTTPTypes
import RelayTestSupport
import Testing
import XRPCServer

@testable import Relay

/// `network.bsky.jetstream.subscribeEvents`
@Suite struct JetstreamEventsTests {
  private let account = SimulatedAccount(pds: "http://localhost")

  @Test func messagesHaveAnEnvelope() async throws {
    let fixture = try JetstreamFixture()
    let subscriber = try await fixture.subscribeEvents()
    let did = account.did.string
    fixture.append(account.commit([SimulatedAccount.create("app.example.post", 1)]), of: account)
    let message = try await subscriber.next()
    #expect(message["$type"] == "message")
    let payload = try #require(message["payload"])
    #expect(payload["$type"]?.string == "network.bsky.jetstream.subscribeEvents#commit")
    #expect(payload["seq"] == 256)
    #expect(payload["did"]?.string == did)
    #expect(payload["time"] == "2027-01-15T08:00:00.000000Z")
    #expect(payload["operation"] == "create")
    #expect(payload["rkey"] == "r1")
    #expect(payload["record"]?["n"] == 1)
    fixture.append(account.sync, of: account)
    let sync = try #require(try await subscriber.next()["payload"])
    #expect(sync["$type"]?.string == "network.bsky.jetstream.subscribeEvents#sync")
    #expect(sync["sync"]?["rev"]?.string == account.head.rev.string)
    #expect(sync["sync"]?["blocks"] == .bytes(Bytes(account.head.carFile())))
    fixture.append(account.identity, of: account)
    let identity = try #require(try await subscriber.next()["payload"])
    #expect(identity["seq"] == 768)
    #expect(identity["identity"]?["handle"]?.string == account.handle.string)
    #expect(identity["identity"]?["seq"] == 3)
  }

  private func numbers(
    _ subscriber: JetstreamFixture.Subscriber,
    _ count: Int
  ) async throws -> [Int] {
    var numbers: [Int] = []
    for _ in 0..<count {
      numbers.append(try await subscriber.next()["payload"]?["seq"]?.integer ?? 0)
    }
    return numbers
  }

  @Test func cursorIsAnInclusiveNumberOrATime() async throws {
    let fixture = try JetstreamFixture()
    fixture.append(account.account, of: account)
    let start = fixture.now
    let writes = (1...3).map { SimulatedAccount.create("app.example.post", $0) }
    fixture.append(account.commit(writes), of: account)
    fixture.append(account.account, of: account)
    let byNumber = try await fixture.subscribeEvents("cursor=513")
    #expect(try await numbers(byNumber, 3) == [513, 514, 768])
    let byTime = try await fixture.subscribeEvents("cursor=\(start + 2)")
    #expect(try await numbers(byTime, 2) == [514, 768])
    let all = try await fixture.subscribeEvents("cursor=0")
    #expect(try await numbers(all, 5) == [256, 512, 513, 514, 768])
  }

  @Test func cursorBeforeOrAfterTheStreamIsReported() async throws {
    let fixture = try JetstreamFixture(lookback: 1_000)
    for _ in 0..<3 { fixture.append(account.account, of: account) }
    fixture.now += 10_000
    fixture.append(account.account, of: account)
    await #expect(throws: XRPCServerError(status: .badRequest, name: "CursorTooOld")) {
      try await fixture.subscribeEvents("cursor=256")
    }
    let outdated = try await fixture.subscribeEvents("cursor=\(JetstreamFixture.start)")
    let notice = try await outdated.next()
    #expect(notice["payload"]?["name"] == "OutdatedCursor")
    #expect(try await numbers(outdated, 1) == [1_024])
    let future = try await fixture.subscribeEvents("cursor=1000000")
    #expect(try await future.next()["payload"]?["name"] == "FutureCursor")
    fixture.append(account.account, of: account)
    #expect(try await numbers(future, 1) == [1_280])
  }

  /// The last event is always kept, so a client that has it continues after any pause.
  @Test func cursorOfTheLastEventIsNeverTooOld() async throws {
    let fixture = try JetstreamFixture(lookback: 1_000)
    for _ in 0..<3 { fixture.append(account.account, of: account) }
    fixture.now += 10_000
    let subscriber = try await fixture.subscribeEvents("cursor=768")
    fixture.append(account.account, of: account)
    #expect(try await numbers(subscriber, 2) == [768, 1_024])
  }

  @Test func cursorBetweenRecordsLosesNothing() async throws {
    let fixture = try JetstreamFixture()
    for _ in 0..<3 { fixture.append(account.account, of: account) }
    let subscriber = try await fixture.subscribeEvents("cursor=511")
    #expect(try await numbers(subscriber, 2) == [512, 768])
  }

  @Test func filtersAreCombined() async throws {
    let fixture = try JetstreamFixture()
    let subscriber = try await fixture.subscribeEvents(
      "kinds=commit&kinds=account&collections=app.example.like&dids=\(account.did)"
    )
    let other = SimulatedAccount(pds: "http://localhost")
    fixture.append(account.identity, of: account)
    fixture.append(other.account, of: other)
    fixture.append(account.commit([SimulatedAccount.create("app.example.post", 1)]), of: account)
    fixture.append(account.account, of: account)
    fixture.append(account.commit([SimulatedAccount.create("app.example.like", 1)]), of: account)
    #expect(try await numbers(subscriber, 2) == [4 * 256, 5 * 256])
  }

  @Test(arguments: [
    "kinds=posts", "kinds=account&collections=app.example.post", "wantedDids=did:web:a.test",
    "compress=true", "cursor=-1", "cursor=x", "maxMessageSizeBytes=-1", "dids=alice.test",
    "collections=app.*", "collections=not_an_nsid.*", "zstdDictionary=x",
    Array(repeating: "collections=app.example.post", count: 101).joined(separator: "&"),
  ])
  func malformedParametersAreRefused(_ query: String) async throws {
    let fixture = try JetstreamFixture()
    await #expect(throws: XRPCServerError.invalidRequest("")) {
      try await fixture.subscribeEvents(query)
    }
  }

  @Test(arguments: [
    "cursor=", "zstdDictionary=", "maxMessageSizeBytes=", "collections=app.example.*",
  ])
  func emptyParametersAreIgnored(_ query: String) async throws {
    let fixture = try JetstreamFixture()
    let subscriber = try await fixture.subscribeEvents(query)
    fixture.append(account.account, of: account)
    #expect(try await numbers(subscriber, 1) == [256])
  }

  @Test func messageOfTheClientClosesTheSocket() async throws {
    let subscriber = try await JetstreamFixture().subscribeEvents()
    let error = await #expect(throws: WebSocketClosing.self) { try await subscriber.send("{}") }
    #expect(error?.code == 1008)
  }

  @Test func unknownDictionaryIsRefused() async throws {
    let fixture = try JetstreamFixture()
    await #expect(throws: XRPCServerError(status: .badRequest, name: "UnknownZstdDictionary")) {
      try await fixture.subscribeEvents("zstdDictionary=1612007021")
    }
  }
}
