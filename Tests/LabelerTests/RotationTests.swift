import ATProtoCrypto
import ATProtoLabels
import ComAtprotoAPI
import SQLiteStorage
import TestSupport
import Testing

@testable import Labeler

@Suite struct RotationTests {
  private static let old = PrivateKey(generating: .k256)
  private static let new = PrivateKey(generating: .p256)

  /// A labeler with labels of the old key that continues with the new one.
  private func withRotatedKey(
    labels count: Int = 3,
    _ body: (_ before: [Label], _ fixture: LabelFixture) async throws -> Void
  ) async throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/labeler.sqlite"
    let store = try SQLiteLabelerStore(path: path)
    let fixture = try LabelFixture(store, key: Self.old)
    try await fixture.apply(
      (0..<count).map { LabelChange(uri: "did:web:a\($0).test", value: "spam") }
    )
    let before = try await fixture.query(["*"], limit: 250).labels
    try store.close()
    let reopened = try SQLiteLabelerStore(path: path)
    try await body(before, try LabelFixture(reopened, key: Self.new))
    try reopened.close()
  }

  private static func keys(_ store: any LabelerStore) async throws -> [Int] {
    try await store.read { try $0.labels.rows(after: 0, maximumCount: 10_000).map(\.key) }
  }

  /// bluesky-social/atproto-website#669.
  @Test func oldLabelVerifiesWithTheNewKeyAndKeepsItsTime() async throws {
    try await withRotatedKey { before, fixture in
      #expect(before.allSatisfy { $0.hasValidSignature(by: Self.old.publicKey) })
      let after = try await fixture.query(["*"]).labels
      #expect(after.map(\.cts) == before.map(\.cts))
      for label in after {
        #expect(label.hasValidSignature(by: Self.new.publicKey))
        #expect(!label.hasValidSignature(by: Self.old.publicKey))
      }
      let sequences = try await fixture.events(after: 0, 3).map(\.name)
      #expect(sequences.map { $0.prefix(2) } == ["1 ", "2 ", "3 "])
      // The signatures are stored.
      #expect(Set(try await Self.keys(fixture.store)).count == 1)
    }
  }

  @Test func onlyTheLabelsOfAPageAreSignedAgain() async throws {
    try await withRotatedKey { _, fixture in
      _ = try await fixture.query(["*"], limit: 1)
      #expect(try await Self.keys(fixture.store) == [2, 1, 1])
      _ = try await fixture.labels.labels(on: "did:web:a2.test")
      #expect(try await Self.keys(fixture.store) == [2, 1, 2])
    }
  }

  @Test func otherLabelsAreSignedInTheBackground() async throws {
    try await withRotatedKey(labels: 1_200) { _, fixture in
      try await fixture.add("did:web:new.test", "spam")
      #expect(try await fixture.resigning.step(transactions: 1))
      #expect(try await Self.keys(fixture.store).count { $0 == 2 } == 501)
      #expect(try await !fixture.resigning.step())
      #expect(Set(try await Self.keys(fixture.store)) == [2])
      for case .labels(let event) in try await fixture.events(after: 0, 1_201) {
        #expect(event.labels.allSatisfy { $0.hasValidSignature(by: Self.new.publicKey) })
      }
      #expect(try await !fixture.resigning.step())
    }
  }

  /// The labels of a key stay as they are while another key was current for a while.
  @Test func keyMayReturn() async throws {
    let store = MemoryLabelerStore()
    let first = try LabelFixture(store, key: Self.old)
    try await first.add("did:web:a.test", "spam")
    #expect(try await !first.resigning.step())
    // The second key signs a label, and is given up before it has signed the others.
    let second = try LabelFixture(store, key: Self.new)
    try await second.add("did:web:b.test", "spam")
    let third = try LabelFixture(store, key: Self.old)
    #expect(try await Self.keys(store) == [1, 2])
    #expect(try await !third.resigning.step())
    #expect(try await Self.keys(store) == [1, 1])
  }

  @Test func restartWithTheSameKeyReadsNoLabels() async throws {
    let store = MemoryLabelerStore()
    let first = try LabelFixture(store, key: Self.old)
    try await first.apply((0..<600).map { LabelChange(uri: "did:web:a\($0).test", value: "spam") })
    #expect(try await first.resigning.step(transactions: 2))
    #expect(try await !first.resigning.step())
    let second = try LabelFixture(store, key: Self.old)
    #expect(try await !second.resigning.step(transactions: 1))
  }
}
