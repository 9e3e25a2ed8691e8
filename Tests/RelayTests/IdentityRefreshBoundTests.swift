import ATProtoCrypto
import ATProtoRepo
import ATProtoSyntax
import RelayTestSupport
import Testing

@testable import Relay

@Suite struct IdentityRefreshBoundTests {
  /// Commits that are signed with another key than the document's.
  func forged(_ account: SimulatedAccount, _ count: Int) -> [FirehoseEvent.Content] {
    let key = account.key
    defer { account.key = key }
    account.key = PrivateKey(generating: .k256)
    return (0..<count).map { _ in account.commit() }
  }

  @Test func thousandBadSignaturesCauseOneLookup() async throws {
    let relay = try await PipelineFixture()
    let account = relay.makeAccount()
    #expect(await relay.send(account.lastCommit) == "accepted")
    let lookups = relay.lookups.count("identity")
    for commit in forged(account, 1000) {
      #expect(await relay.send(commit) == "badSignature")
    }
    #expect(relay.lookups.count("identity") == lookups + 1)
    try await relay.stop()
  }

  @Test func badSignaturesOfAnUnknownAccountCauseTwoLookups() async throws {
    let relay = try await PipelineFixture()
    let account = relay.makeAccount()
    for commit in forged(account, 100) {
      #expect(await relay.send(commit) == "badSignature")
    }
    #expect(relay.lookups.count("identity") == 2)
    #expect(try await relay.row(of: account) == nil)
    try await relay.stop()
  }

  @Test func thousandIdentityEventsCauseOneLookupPerMinute() async throws {
    let relay = try await PipelineFixture()
    let account = relay.makeAccount()
    for _ in 0..<1000 { #expect(await relay.send(account.identity) == "accepted") }
    #expect(relay.lookups.count("identity") == 1)
    relay.advance(by: 61)
    #expect(try await until { relay.lookups.count("identity") == 2 })
    try await relay.stop()
  }

  @Test func rotatedKeyIsFound() async throws {
    let relay = try await PipelineFixture()
    let account = relay.makeAccount()
    _ = await relay.send(account.lastCommit)
    account.key = PrivateKey(generating: .p256)
    #expect(await relay.send(account.commit()) == "accepted")
    #expect(relay.lookups.count("identity") == 2)
    try await relay.stop()
  }

  @Test func handleIsPassedOnIfTheDocumentClaimsIt() async throws {
    let relay = try await PipelineFixture()
    let account = relay.makeAccount()
    #expect(await relay.send(account.identity) == "accepted")
    relay.advance(by: 61)
    let other = IdentityMessage(did: account.did.string, handle: "other.example.com")
    #expect(await relay.send(.identity(other)) == "accepted")
    #expect(relay.output() == ["identity handle", "identity -"])
    try await relay.stop()
  }
}
