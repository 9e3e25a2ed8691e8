import Labeler
import SQLiteStorage
import ServiceKit
import TestSupport
import Testing
import XRPCServer

@Suite struct LabelStoreTests {
  private static func row(
    _ sequence: Int,
    _ uri: String,
    _ value: String = "spam",
    at milliseconds: Int? = nil
  ) -> LabelRow {
    LabelRow(
      sequence: sequence,
      uri: uri,
      value: value,
      createdAt: milliseconds ?? sequence * 10,
      key: 1,
      signature: [UInt8](repeating: UInt8(truncatingIfNeeded: sequence), count: 64)
    )
  }

  private static func insert(_ rows: LabelRow..., into store: any LabelerStore) async throws {
    try await store.write { transaction throws in
      for row in rows { try transaction.labels.replace(row) }
    }
  }

  private static let everything = [SubjectRange(from: "", to: "\u{7F}")]

  @Test(
    "a label replaces the one with the same subject and value",
    arguments: LabelerBackend.allCases
  )
  func labelIsReplaced(_ backend: LabelerBackend) async throws {
    try await backend.withStore { store in
      #expect(try await store.read { try $0.labels.newest()?.sequence } == nil)
      var full = Self.row(4, "did:web:a.test", "rude")
      full.cid = "bafyreib"
      full.isNegated = true
      full.expiresAt = 99
      try await Self.insert(
        Self.row(1, "did:web:a.test"),
        Self.row(2, "did:web:a.test", "rude"),
        Self.row(3, "did:web:b.test"),
        full,
        into: store
      )
      try await store.read { [full] transaction throws in
        let labels = transaction.labels
        #expect(try labels.rows(after: 0, maximumCount: 10).map(\.sequence) == [1, 3, 4])
        #expect(try labels.rows(after: 1, maximumCount: 1).map(\.sequence) == [3])
        #expect(try labels.row(uri: "did:web:a.test", value: "rude") == full)
        #expect(try labels.row(uri: "did:web:a.test", value: "RUDE") == nil)
        #expect(try labels.count() == 3)
        let newest = try labels.newest()
        #expect(newest?.sequence == 4 && newest?.createdAt == 40)
      }
      // A number that was used before is refused, also that of a label which was replaced.
      for sequence in [2, 4] {
        await #expect(throws: ServiceError.self) {
          try await Self.insert(Self.row(sequence, "did:web:c.test"), into: store)
        }
      }
      #expect(try await store.read { try $0.labels.count() } == 3)
    }
  }

  @Test("labels are ordered by the bytes of subject and value", arguments: LabelerBackend.allCases)
  func labelsAreOrdered(_ backend: LabelerBackend) async throws {
    try await backend.withStore { store in
      try await Self.insert(
        Self.row(1, "did:web:b.test", "b"),
        Self.row(2, "did:web:a.test/x", "a"),
        Self.row(3, "did:web:b.test", "B"),
        Self.row(4, "did:web:a.test", "z"),
        Self.row(5, "did:web:A.test", "a"),
        Self.row(6, "did:web:b.test", "a"),
        into: store
      )
      func sequences(
        _ ranges: [SubjectRange],
        after cursor: LabelCursor? = nil,
        limit: Int = 10
      ) async throws -> [Int] {
        try await store.read { transaction throws in
          try transaction.labels.rows(in: ranges, after: cursor, limit: limit).map(\.sequence)
        }
      }
      let all = Self.everything
      #expect(try await sequences(all) == [5, 4, 2, 3, 6, 1])
      #expect(try await sequences(all, limit: 2) == [5, 4])
      // The cursor names a label, or a place where none is.
      #expect(
        try await sequences(all, after: LabelCursor(uri: "did:web:a.test", value: "z"))
          == [2, 3, 6, 1]
      )
      #expect(
        try await sequences(all, after: LabelCursor(uri: "did:web:b.test", value: "Z"))
          == [6, 1]
      )
      let ranges = [
        SubjectRange(from: "did:web:a.test", to: "did:web:a.test\u{7F}"),
        SubjectRange(from: "did:web:b.test"),
      ]
      #expect(try await sequences(ranges) == [4, 2, 3, 6, 1])
      #expect(
        try await sequences(ranges, after: LabelCursor(uri: "did:web:A.test", value: "a"))
          == [4, 2, 3, 6, 1]
      )
      #expect(
        try await sequences(ranges, after: LabelCursor(uri: "did:web:b.test", value: "a"))
          == [1]
      )
      #expect(try await sequences([SubjectRange(from: "did:web:b")]).isEmpty)
      #expect(try await sequences([]).isEmpty)
    }
  }

  @Test("the last label before a time is found", arguments: LabelerBackend.allCases)
  func timeIsFound(_ backend: LabelerBackend) async throws {
    try await backend.withStore { store in
      #expect(try await store.read { try $0.labels.lastSequence(createdBefore: 100) } == nil)
      // Numbers with gaps, and labels with the same time.
      var rows: [LabelRow] = []
      var (sequence, time) = (0, 1_000)
      for index in 0..<200 {
        sequence += Int.random(in: 1...1_000)
        time += Int.random(in: 0...2)
        rows.append(Self.row(sequence, "did:web:a\(index).test", at: time))
      }
      try await store.write { [rows] transaction throws in
        for row in rows { try transaction.labels.replace(row) }
      }
      for milliseconds in [0, 999, 1_000, 1_001, time, time + 1]
        + (0..<50).map({ _ in
          Int.random(in: 990...time + 10)
        })
      {
        let found = try await store.read { transaction throws in
          try transaction.labels.lastSequence(createdBefore: milliseconds)
        }
        #expect(found == rows.last { $0.createdAt < milliseconds }?.sequence)
      }
    }
  }

  @Test(
    "a signature is replaced only if the label has the expected key",
    arguments: LabelerBackend.allCases
  )
  func signatureIsReplaced(_ backend: LabelerBackend) async throws {
    try await backend.withStore { store in
      try await Self.insert(
        Self.row(1, "did:web:a.test"),
        Self.row(2, "did:web:b.test"),
        into: store
      )
      try await store.write { transaction throws in
        try transaction.labels.setSignature([7], key: 3, of: 1, ifKeyIs: 2)
        try transaction.labels.setSignature([8], key: 3, of: 2, ifKeyIs: 1)
        try transaction.labels.setSignature([9], key: 3, of: 99, ifKeyIs: 1)
      }
      let rows = try await store.read { try $0.labels.rows(after: 0, maximumCount: 10) }
      #expect(rows.map(\.key) == [1, 3])
      #expect(rows.map(\.signature.count) == [64, 1])
      #expect(rows.map(\.createdAt) == [10, 20])
    }
  }

  @Test("keys have IDs", arguments: LabelerBackend.allCases)
  func keysHaveIDs(_ backend: LabelerBackend) async throws {
    try await backend.withStore { store in
      let ids = try store.setUp { transaction in
        [try transaction.labels.addKey("did:key:a"), try transaction.labels.addKey("did:key:b")]
      }
      #expect(Set(ids).count == 2)
      let keys = try await store.read { transaction throws in
        try transaction.labels.keys().map { "\($0.id) \($0.didKey)" }
      }
      #expect(keys == ["\(ids[0]) did:key:a", "\(ids[1]) did:key:b"])
    }
  }

  @Test(
    "a transaction that fails changes nothing, and readers are woken only for labels",
    arguments: LabelerBackend.allCases
  )
  func readersAreWoken(_ backend: LabelerBackend) async throws {
    try await backend.withStore { store in
      var wakeUps = store.eventSignal.wakeUps().makeAsyncIterator()
      await #expect(throws: Refused.self) {
        try await store.write { transaction throws in
          try transaction.labels.replace(Self.row(1, "did:web:a.test"))
          throw Refused()
        }
      }
      try await store.write { try $0.secrets.setSecret("a", [1, 2]) }
      #expect(try await store.read { try $0.secrets.secret("a") } == [1, 2])
      #expect(try await store.read { try $0.secrets.secret("b") } == nil)
      #expect(try await store.read { try $0.labels.count() } == 0)
      try await Self.insert(Self.row(1, "did:web:a.test"), into: store)
      // The first wake-up is for the label, since the other writes wake no reader.
      await wakeUps.next()
      #expect(try await store.read { try $0.labels.count() } == 1)
    }
  }

  @Test func labelsSurviveARestart() async throws {
    let folder = try TemporaryFolder()
    let first = try LabelerBackend.sqlite.open(folder.path)
    try await Self.insert(Self.row(1, "did:web:a.test"), into: first)
    #expect(throws: ServiceError.self) { try LabelerBackend.sqlite.open(folder.path) }
    try first.close()
    let second = try LabelerBackend.sqlite.open(folder.path)
    #expect(try await second.read { try $0.labels.count() } == 1)
    try second.close()
  }

  @Test func numbersContinueAfterARestoredBackup() async throws {
    let folder = try TemporaryFolder()
    let original = try LabelerBackend.sqlite.open(folder.path)
    try await Self.insert(Self.row(5, "did:web:a.test"), into: original)
    try SQLiteLabelerStore.copy(
      folder.path + "/labeler.sqlite",
      to: folder.path + "/copy.sqlite"
    )
    // Consumers have seen this label, which the copy does not have.
    try await Self.insert(Self.row(6, "did:web:b.test"), into: original)
    try original.close()
    let restored = try SQLiteLabelerStore(path: folder.path + "/copy.sqlite")
    let newest = try await restored.read { try $0.labels.newest()?.sequence }
    #expect(newest ?? 0 > 1_000_000)
    await #expect(throws: ServiceError.self) {
      try await Self.insert(Self.row(7, "did:web:c.test"), into: restored)
    }
    try restored.close()
  }
}
