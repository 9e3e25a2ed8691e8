import ATProtoRepo
import ATProtoSyntax
import Relay
import Testing

@Suite struct RelayAccountStoreTests {
  @Test("rows come back as they were stored", arguments: RelayBackend.allCases)
  func rowsAreStored(_ backend: RelayBackend) async throws {
    try await backend.withStore { store in
      try await RelayStoreTests.insertHosts("one.test", "two.test", into: store)
      var rows = (1...6).map { Sample.row(UInt32($0)) }
      // The PDS of the DID document is another host.
      rows[1].identity?.pds = "elsewhere.test"
      rows[2].identity?.signingKey = Sample.otherKey
      rows[3].identity = nil
      rows[3].rev = nil
      rows[3].data = nil
      rows[3].commit = nil
      rows[4].local = .takendown
      rows[4].phase = .desynchronized
      rows[5].rev = TID(rawValue: .max)
      try await store.write { [rows] in try $0.accounts.upsert(rows) }
      for row in rows {
        #expect(try await store.read { try $0.accounts.row(row.id) } == row)
        #expect(try await store.read { try $0.accounts.row(of: row.did) } == row)
      }
      #expect(try await store.read { try $0.accounts.row(of: "did:web:none.test") } == nil)
      #expect(try await store.read { try $0.accounts.maximumID() } == Sample.account(6))
    }
  }

  static let statuses: [HostedStatus] = [
    .active, HostedStatus(isActive: true, status: "throttled"), .inactive(nil),
    .inactive("deleted"), .inactive("+throttled"), .inactive("-"), .inactive("unknown to us"),
  ]

  @Test(
    "every status of a host can be stored",
    arguments: RelayBackend.allCases,
    statuses
  )
  func statusesAreStored(_ backend: RelayBackend, _ status: HostedStatus) async throws {
    try await backend.withStore { store in
      var row = Sample.row(1)
      row.upstream = status
      try await store.write { [row] in try $0.accounts.upsert([row]) }
      #expect(try await store.read { try $0.accounts.row(Sample.account(1))?.upstream } == status)
    }
  }

  @Test("a row is replaced, with or without its identity", arguments: RelayBackend.allCases)
  func rowsAreReplaced(_ backend: RelayBackend) async throws {
    try await backend.withStore { store in
      try await RelayStoreTests.insertHosts("one.test", into: store)
      let first = Sample.row(1)
      var next = Sample.row(1)
      next.rev = Sample.tid(50)
      next.identity = nil
      try await store.write { try $0.accounts.upsert([first]) }
      try await store.write { [next] in try $0.accounts.upsert([next], keepsIdentity: true) }
      var expected = next
      expected.identity = first.identity
      #expect(try await store.read { try $0.accounts.row(first.id) } == expected)
      try await store.write { [next] in try $0.accounts.upsert([next]) }
      #expect(try await store.read { try $0.accounts.row(first.id) } == next)
    }
  }

  @Test("accounts are listed in pages and by state", arguments: RelayBackend.allCases)
  func accountsAreListed(_ backend: RelayBackend) async throws {
    try await backend.withStore { store in
      var rows = (1...6).map { Sample.row(UInt32($0), host: $0 < 4 ? 1 : 2) }
      rows[0].local = .hostThrottled
      rows[2].local = .hostThrottled
      rows[3].local = .hostThrottled
      rows[1].local = .takendown
      rows[4].local = .takendown
      rows[5].phase = .inProgress
      rows[4].upstream = .inactive("deleted")
      rows[5].upstream = .inactive("deactivated")
      try await store.write { [rows] in try $0.accounts.upsert(rows) }
      func numbers(
        _ body: @escaping @Sendable (any AccountStore) throws -> [AccountRow]
      ) async throws -> [UInt32] {
        try await store.read { try body($0.accounts).map(\.id.rawValue) }
      }
      #expect(try await numbers { try $0.page(after: nil, limit: 2) } == [1, 2])
      #expect(try await numbers { try $0.page(after: Sample.account(4), limit: 9) } == [5, 6])
      #expect(try await numbers { try $0.throttled(on: Sample.host(1), limit: 9) } == [1, 3])
      #expect(try await numbers { try $0.throttled(on: Sample.host(1), limit: 1) } == [1])
      #expect(try await numbers { try $0.takenDown(after: nil, limit: 9) } == [2, 5])
      #expect(try await numbers { try $0.takenDown(after: Sample.account(2), limit: 9) } == [5])
      #expect(try await numbers { try $0.unsynchronized(after: nil, limit: 9) } == [6])
      #expect(
        try await store.read { try $0.accounts.liveCounts() }
          == [Sample.host(1): 3, Sample.host(2): 2]
      )
      #expect(
        try await store.read { try $0.accounts.throttledCounts() }
          == [Sample.host(1): 2, Sample.host(2): 1]
      )
    }
  }
}
