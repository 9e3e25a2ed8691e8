import ATProtoCrypto
import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import ComAtprotoAPI
import ServiceKit
import Testing
import XRPC

@testable import PDS

@Suite struct FirehoseTests {
  private func reader(
    _ account: TestAccount
  ) async throws -> FirehoseReader {
    var reader = FirehoseReader()
    try await reader.read(
      account.server.store,
      keys: [account.did.string: account.signingKey()]
    )
    return reader
  }

  @Test func everyChangeIsSequencedInOrder() async throws {
    let account = try await TestServer().signUp()
    for index in 0..<5 { _ = try await account.create(.post("\(index)"), rkey: "k\(index)") }
    _ = try await account.put(.post("other"), rkey: "k1")
    let last = try await account.delete(rkey: "k2")
    let reader = try await reader(account)
    #expect(
      reader.types.map(\.type)
        == ["#identity", "#account", "#commit", "#sync"] + Array(repeating: "#commit", count: 7)
    )
    #expect(reader.types.allSatisfy { $0.did == account.did.string })
    #expect(reader.revs[account.did.string]?.last == last.commit?.rev.string)
    #expect(reader.commits.last?.ops.map(\.action.rawValue) == ["delete"])
    #expect(reader.commits.allSatisfy { $0.dataValue["tooBig"] == false })
  }

  @Test func writeWithoutEffectEmitsNoEvent() async throws {
    let account = try await TestServer().signUp()
    _ = try await account.put(.post("x"), rkey: "k")
    let before = try await reader(account).sequence
    _ = try await account.put(.post("x"), rkey: "k")
    _ = try await account.delete(rkey: "missing")
    _ = await refusal { try await account.create(.post("y"), rkey: "k") }
    #expect(try await reader(account).sequence == before)
  }

  @Test func deactivatedAccountEmitsNoCommits() async throws {
    let account = try await TestServer().signUp()
    let before = try await reader(account).sequence
    let did = try account.did.parsed()
    try await account.server.store.write { transaction in
      try transaction.accounts.set(.deactivated, true, of: did)
    }
    let refused = await refusal { try await account.create(.post("x"), rkey: "k") }
    #expect(refused == "401 AccountDeactivated")
    // As an import does during an account migration.
    let tids = account.server.domain.repositories.tids
    try await account.server.store.write { transaction in
      var edit = try RepositoryEdit(of: did, in: transaction, tids)
      let path = try RepoPath("com.example.note/k")
      let record = try CheckedRecord(.post("x"), at: path, validate: nil)
      _ = try edit.commit([.create(path, record)])
    }
    #expect(try await reader(account).sequence == before)
  }

  @Test func subscriberGetsPastAndThenNewEvents() async throws {
    let account = try await TestServer().signUp()
    let stream = try await account.server.client.comAtproto.sync.subscribeRepos(
      ComAtproto.Sync.SubscribeRepos.Parameters(cursor: 2)
    )
    var iterator = stream.makeAsyncIterator()
    // The events of the sign-up, then those that occur while the stream is open.
    for expected in 3...4 { #expect(try await iterator.next()?.sequence == expected) }
    for index in 0..<20 {
      let written = try await account.create(.post("\(index)"))
      guard case .commit(let commit) = try await iterator.next() else {
        Issue.record("no commit")
        return
      }
      #expect(commit.seq == 5 + index && commit.commit.string == written.commit?.cid.string)
    }
  }

  @Test func cursorInTheFutureIsRejected() async throws {
    let account = try await TestServer().signUp()
    await #expect(throws: XRPCStreamError.self) {
      let stream = try await account.server.client.comAtproto.sync.subscribeRepos(
        ComAtproto.Sync.SubscribeRepos.Parameters(cursor: 1000)
      )
      for try await _ in stream {}
    }
  }

  @Test func oldEventsAreRemovedInBatches() async throws {
    let account = try await TestServer().signUp()
    for index in 0..<6 { _ = try await account.create(.post("\(index)")) }
    let store = account.server.store
    func forget(before milliseconds: Int, limit: Int) async throws -> (Bool, ClosedRange<Int>?) {
      let hasMore = try await store.write { transaction in
        try transaction.sequence.removeEvents(before: milliseconds, limit: limit)
      }
      return (hasMore, try await store.read { try $0.sequence.window() })
    }
    let all = try #require(await store.read { try $0.sequence.window() })
    let last = all.upperBound
    #expect(try await forget(before: 0, limit: 3) == (false, all))
    #expect(try await forget(before: .max, limit: 3) == (true, all.lowerBound + 3...last))
    #expect(try await forget(before: .max, limit: 3) == (true, all.lowerBound + 6...last))
    #expect(try await forget(before: .max, limit: 100) == (false, last...last))
    #expect(try await forget(before: .max, limit: 1) == (false, last...last))
  }

  @Test func sequenceContinuesAfterOldEventsAreRemoved() async throws {
    let server = try TestServer { $0.firehoseRetention = -1000 }
    let account = try await server.signUp()
    try await server.server.eventRetention.removeOld()
    let window = try await server.store.read { transaction in
      try transaction.sequence.window()
    }
    #expect(window == 4...4)
    let stream = try await server.client.comAtproto.sync.subscribeRepos(
      ComAtproto.Sync.SubscribeRepos.Parameters(cursor: 1)
    )
    var iterator = stream.makeAsyncIterator()
    guard case .info(let info) = try await iterator.next() else {
      Issue.record("outdated cursor")
      return
    }
    #expect(info.name == .outdatedCursor)
    #expect(try await iterator.next()?.sequence == 4)
    _ = try await account.create(.post("x"))
    #expect(try await iterator.next()?.sequence == 5)
  }
}

extension ComAtproto.Sync.SubscribeRepos.Message {
  var sequence: Int? {
    switch self {
    case .commit(let message): message.seq
    case .sync(let message): message.seq
    case .identity(let message): message.seq
    case .account(let message): message.seq
    case .info, .unknown: nil
    }
  }
}
