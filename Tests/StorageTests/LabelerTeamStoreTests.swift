import ATProtoData
import ATProtoSyntax
import Labeler
import Testing

@Suite struct LabelerTeamStoreTests {
  private static func member(_ name: String, _ role: Role = .triage) throws -> Member {
    Member(
      did: try DID("did:web:\(name).test"),
      role: role,
      isDisabled: name == "b",
      createdAt: 5,
      updatedAt: 6,
      updatedBy: "did:web:admin.test"
    )
  }

  @Test("members are stored, replaced, listed, and removed", arguments: LabelerBackend.allCases)
  func membersAreStored(_ backend: LabelerBackend) async throws {
    try await backend.withStore { store in
      let members = try ["c", "a", "b"].map { try Self.member($0) }
      try await store.write { transaction throws in
        for member in members { try transaction.members.save(member) }
        try transaction.members.save(Self.member("c", .admin))
      }
      try await store.read { transaction throws in
        let stored = transaction.members
        #expect(try stored.member("did:web:a.test") == members[1])
        #expect(try stored.member("did:web:c.test")?.role == .admin)
        #expect(try stored.member("did:web:d.test") == nil)
        let all = try stored.page(MemberFilter(), after: nil, limit: 2)
        #expect(all.map(\.did.string) == ["did:web:a.test", "did:web:b.test"])
        let rest = try stored.page(MemberFilter(), after: "did:web:b.test", limit: 2)
        #expect(rest.map(\.did.string) == ["did:web:c.test"])
        #expect(try stored.page(MemberFilter(roles: [.admin]), after: nil, limit: 9).count == 1)
        #expect(try stored.page(MemberFilter(isDisabled: true), after: nil, limit: 9).count == 1)
        #expect(try stored.page(MemberFilter(query: "WEB:A"), after: nil, limit: 9).count == 1)
      }
      try await store.write { try $0.members.remove("did:web:a.test") }
      #expect(try await store.read { try $0.members.member("did:web:a.test") } == nil)
    }
  }
}

@Suite struct PushStoreTests {
  private static let alice: DID = "did:web:alice.test"

  private static func rows() throws -> [PushRow] {
    let post = try ATURI("at://\(alice)/app.bsky.feed.post/1")
    let other = try ATURI("at://\(alice)/app.bsky.feed.post/11")
    let subjects: [PushSubject] = [
      .account(alice), .blob(alice, cid: "bafkrei"), .record(post, cid: "bafya"),
      .record(post, cid: "bafyb"), .record(other, cid: "bafya"),
    ]
    return subjects.enumerated().map { number, subject in
      PushRow(target: .pds, subject: subject, event: number, isApplied: true, dueAt: 50 - number)
    }
  }

  @Test("rows are found by subject and time", arguments: LabelerBackend.allCases)
  func rowsAreFound(_ backend: LabelerBackend) async throws {
    try await backend.withStore { store in
      let rows = try Self.rows()
      var confirmed = rows[0]
      confirmed.target = .relay
      confirmed.dueAt = nil
      confirmed.confirmedAt = 9
      confirmed.error = "a note"
      confirmed.attempts = 3
      try await store.write { [confirmed] transaction throws in
        for row in rows + [confirmed] { try transaction.pushes.save(row) }
      }
      try await store.read { [confirmed] transaction throws in
        let pushes = transaction.pushes
        #expect(try pushes.row(.relay, .account(Self.alice)) == confirmed)
        #expect(try pushes.row(.appview, .account(Self.alice)) == nil)
        #expect(
          try pushes.rows(of: Self.alice.string) == [rows[0], rows[1], confirmed]
        )
        #expect(
          try pushes.rows(of: "at://\(Self.alice)/app.bsky.feed.post/1") == [rows[2], rows[3]]
        )
        #expect(try pushes.due(of: [.pds], at: 48, limit: 9).map(\.event) == [4, 3, 2])
        #expect(try pushes.due(of: [.pds], at: 99, limit: 2).map(\.event) == [4, 3])
        #expect(try pushes.due(of: [.relay], at: 99, limit: 9).isEmpty)
        #expect(try pushes.nextDue(of: [.pds, .relay]) == 46)
        #expect(try pushes.nextDue(of: [.relay]) == nil)
        #expect(try pushes.waitingCount(.pds) == 5)
        #expect(try pushes.waitingCount(.relay) == 0)
      }
    }
  }

  @Test("a later state replaces an earlier one", arguments: LabelerBackend.allCases)
  func rowIsReplaced(_ backend: LabelerBackend) async throws {
    try await backend.withStore { store in
      let first = try Self.rows()[0]
      var second = first
      second.event = 9
      second.isApplied = false
      try await store.write { [second] transaction throws in
        try transaction.pushes.save(first)
        try transaction.pushes.save(second)
      }
      #expect(try await store.read { try $0.pushes.rows(of: Self.alice.string) } == [second])
    }
  }
}

@Suite struct SubjectRecordStoreTests {
  @Test("versions of records are kept", arguments: LabelerBackend.allCases)
  func versionsAreKept(_ backend: LabelerBackend) async throws {
    try await backend.withStore { store in
      let uri = "at://did:web:alice.test/app.bsky.feed.post/1"
      let versions = [("bafya", 1), ("bafyb", 2)].map { cid, time in
        SubjectRecord(uri: uri, cid: cid, value: ["text": .string(cid)], fetchedAt: time)
      }
      try await store.write { transaction throws in
        for version in versions { try transaction.records.save(version) }
      }
      try await store.read { transaction throws in
        #expect(try transaction.records.record(uri, cid: "bafya") == versions[0])
        #expect(try transaction.records.record(uri, cid: nil) == versions[1])
        #expect(try transaction.records.record(uri, cid: "bafyc") == nil)
        #expect(try transaction.records.record(uri + "1", cid: nil) == nil)
      }
    }
  }
}
