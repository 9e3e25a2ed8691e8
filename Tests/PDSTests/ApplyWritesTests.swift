import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import ComAtprotoAPI
import Testing
import XRPC

@testable import PDS

@Suite struct ApplyWritesTests {
  typealias ApplyWrites = ComAtproto.Repo.ApplyWrites

  private func apply(
    _ account: TestAccount,
    _ writes: [ApplyWrites.Input.WritesItem],
    swapCommit: String? = nil
  ) async throws -> ApplyWrites.Output {
    try await account.repository.applyWrites(
      ApplyWrites.Input(
        repo: account.repo,
        writes: writes,
        swapCommit: swapCommit.map { FormatString($0) }
      )
    )
  }

  private func create(_ text: String, _ rkey: String?) -> ApplyWrites.Input.WritesItem {
    .create(
      ApplyWrites.Create(
        collection: FormatString(TestAccount.collection),
        rkey: rkey.map { FormatString($0) },
        value: .post(text)
      )
    )
  }

  private func update(_ text: String, _ rkey: String) -> ApplyWrites.Input.WritesItem {
    .update(
      ApplyWrites.Update(
        collection: FormatString(TestAccount.collection),
        rkey: FormatString(rkey),
        value: .post(text)
      )
    )
  }

  private func delete(_ rkey: String) -> ApplyWrites.Input.WritesItem {
    .delete(
      ApplyWrites.Delete(
        collection: FormatString(TestAccount.collection),
        rkey: FormatString(rkey)
      )
    )
  }

  @Test func allWritesAreInOneCommit() async throws {
    let account = try await TestServer().signUp()
    let before = try await account.create(.post("a"), rkey: "a")
    _ = try await account.create(.post("b"), rkey: "b")
    let latest = try await account.verifiedExport().commit
    let output = try await apply(
      account,
      [update("a2", "a"), delete("b"), create("c", "c"), create("d", nil)],
      swapCommit: latest.cid.string
    )
    #expect(output.results?.count == 4)
    guard case .updateResult(let updated)? = output.results?.first else {
      Issue.record("\(String(describing: output.results?.first))")
      return
    }
    #expect(updated.cid != before.cid && updated.validationStatus == .unknown_)
    let (commit, records) = try await account.verifiedExport()
    #expect(commit.cid.string == output.commit?.cid.string && commit.rev > latest.rev)
    #expect(records.count == 3)
    #expect(records["com.example.note/a"]?.string == updated.cid.string)
  }

  @Test func oneInvalidWriteCausesAllToBeRejected() async throws {
    let account = try await TestServer().signUp()
    _ = try await account.create(.post("a"), rkey: "a")
    let before = try await account.verifiedExport()
    let bad: [[ApplyWrites.Input.WritesItem]] = [
      [create("b", "b"), create("a", "a")],
      [create("b", "b"), update("x", "missing")],
      [create("b", "b"), delete("missing")],
      [create("b", "b"), update("c", "b")],
      (0...200).map { create("x", "k\($0)") },
    ]
    for writes in bad {
      #expect(await refusal { try await apply(account, writes) } == "400 InvalidRequest")
    }
    let stale = await refusal {
      try await apply(account, [create("b", "b")], swapCommit: CID(hashing: "stale").string)
    }
    #expect(stale == "400 InvalidSwap")
    let after = try await account.verifiedExport()
    #expect(after.commit == before.commit && after.records == before.records)
  }

  /// An update that does not change its record makes no operation, and no commit if it is the only
  /// write.
  @Test func writesWithoutEffectMakeNoCommit() async throws {
    let account = try await TestServer().signUp()
    _ = try await account.create(.post("a"), rkey: "a")
    let before = try await account.verifiedExport()
    #expect(try await apply(account, []).commit == nil)
    let stale = CID(hashing: "stale").string
    #expect(
      await refusal { try await apply(account, [], swapCommit: stale) } == "400 InvalidSwap"
    )
    let same = try await apply(account, [update("a", "a")])
    #expect(same.commit == nil && same.results?.count == 1)
    #expect(try await account.verifiedExport().commit == before.commit)

    let mixed = try await apply(account, [update("a", "a"), create("b", "b")])
    #expect(mixed.commit != nil && mixed.results?.count == 2)
    var reader = FirehoseReader()
    try await reader.read(
      account.server.store,
      keys: [account.did.string: account.signingKey()]
    )
    #expect(reader.commits.last?.ops.map(\.path) == ["com.example.note/b"])
  }
}
