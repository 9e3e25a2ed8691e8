import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import Relay
import SQLiteStorage
import ServiceKit
import TestSupport
import Testing

@Suite struct RelayStoreTests {
  static func insertHosts(_ names: String..., into store: any RelayStore) async throws {
    try await store.write { transaction throws in
      for (index, name) in names.enumerated() {
        _ = try transaction.hosts.insert(
          HostName(name, allowsLocal: true),
          createdAt: SyncTime(index + 1),
          accountLimit: nil,
          isPublic: index != 2
        )
      }
    }
  }

  @Test("a transaction that throws changes nothing", arguments: RelayBackend.allCases)
  func throwingTransactionChangesNothing(_ backend: RelayBackend) async throws {
    try await backend.withStore { store in
      await #expect(throws: Refused.self) {
        try await store.write { transaction throws in
          try transaction.accounts.upsert([Sample.row(1)])
          try transaction.checkpoint.setAppliedSequence(7)
          throw Refused()
        }
      }
      let (row, sequence) = try await store.read { transaction in
        (
          try transaction.accounts.row(Sample.account(1)),
          try transaction.checkpoint.appliedSequence()
        )
      }
      #expect(row == nil)
      #expect(sequence == 0)
    }
  }

  @Test("hosts keep their order, names, and settings", arguments: RelayBackend.allCases)
  func hostsAreStored(_ backend: RelayBackend) async throws {
    try await backend.withStore { store in
      try await Self.insertHosts("one.test", "localhost:2583", "http://three.test", into: store)
      await #expect(throws: (any Error).self) {
        try await Self.insertHosts("one.test", into: store)
      }
      var host = try #require(try await store.read { try $0.hosts.host(named: "localhost:2583") })
      #expect(host.id == Sample.host(2))
      #expect(host.status == .active && host.cursor == nil && host.ahead.isEmpty)
      #expect(host.createdAt == 2 && !host.name.usesTLS && host.name.isLocal)
      host.status = .throttled
      host.accountLimit = 5
      host.failures = 3
      host.nextAttemptAt = 99
      host.alertsSilenced = true
      host.alertedAt = 98
      // Progress is written by checkpoints alone.
      host.cursor = 1_000
      try await store.write { [host] in try $0.hosts.update(host) }
      host.cursor = nil
      #expect(try await store.read { try $0.hosts.host(Sample.host(2)) } == host)
      let ahead = [12..<13, 15..<20]
      try await store.write {
        try $0.hosts.setProgress(of: Sample.host(2), cursor: 10, ahead: ahead)
      }
      host.cursor = 10
      host.ahead = ahead
      #expect(try await store.read { try $0.hosts.host(Sample.host(2)) } == host)
      let third = try await store.read { try $0.hosts.host(Sample.host(3)) }
      #expect(third?.name.text == "three.test" && third?.name.usesTLS == true)
      await #expect(throws: (any Error).self) {
        try await store.write {
          try $0.hosts.setProgress(of: Sample.host(9), cursor: 1, ahead: [])
        }
      }
    }
  }

  @Test("hosts are listed in pages", arguments: RelayBackend.allCases)
  func hostsAreListed(_ backend: RelayBackend) async throws {
    try await backend.withStore { store in
      try await Self.insertHosts("a.test", "b.test", "c.test", "d.test", into: store)
      for id: UInt32 in [1, 3, 4] {
        try await store.write {
          try $0.hosts.setProgress(of: Sample.host(id), cursor: 1, ahead: [])
        }
      }
      func page(_ after: UInt32?, _ limit: Int, silent: Bool) async throws -> [UInt32] {
        try await store.read { transaction in
          try transaction.hosts.page(
            after: after.map(Sample.host),
            limit: limit,
            includesSilent: silent
          ).map(\.id.rawValue)
        }
      }
      #expect(try await page(nil, 10, silent: true) == [1, 2, 3, 4])
      #expect(try await page(nil, 2, silent: false) == [1, 3])
      #expect(try await page(3, 2, silent: false) == [4])
      #expect(try await page(4, 2, silent: true) == [])
      #expect(try await store.read { try $0.hosts.createdCount(since: 3) } == 1)
      #expect(try await store.read { try $0.hosts.createdCount(since: 1) } == 3)
    }
  }

  @Test("domains are banned until they are unbanned", arguments: RelayBackend.allCases)
  func domainsAreBanned(_ backend: RelayBackend) async throws {
    try await backend.withStore { store in
      try await store.write { transaction throws in
        for domain in ["evil.test", "bad.test", "evil.test"] {
          try transaction.bans.insert(domain, createdAt: 1)
        }
      }
      #expect(try await store.read { try $0.bans.all() } == ["bad.test", "evil.test"])
      #expect(try await store.read { try $0.bans.contains(anyOf: ["a.evil.test", "evil.test"]) })
      #expect(try await !store.read { try $0.bans.contains(anyOf: ["a.test"]) })
      #expect(try await store.write { try $0.bans.remove("evil.test") })
      #expect(try await !store.write { try $0.bans.remove("evil.test") })
      #expect(try await store.read { try $0.bans.all() } == ["bad.test"])
    }
  }

  @Test("collections are found by account and by name", arguments: RelayBackend.allCases)
  func collectionsAreIndexed(_ backend: RelayBackend) async throws {
    try await backend.withStore { store in
      let (post, like): (NSID, NSID) = ("app.test.post", "app.test.like")
      try await store.write { transaction throws in
        for number: UInt32 in [3, 1, 2] {
          try transaction.collections.add(Sample.account(number), [post])
        }
        // Twice.
        try transaction.collections.add(Sample.account(2), [post, like])
      }
      func page(_ name: NSID, _ after: UInt32?, _ limit: Int) async throws -> [UInt32] {
        try await store.read { transaction in
          try transaction.collections.page(name, after: after.map(Sample.account), limit: limit)
            .map(\.rawValue)
        }
      }
      #expect(try await page(post, nil, 2) == [1, 2])
      #expect(try await page(post, 2, 2) == [3])
      #expect(try await page(like, nil, 2) == [2])
      #expect(try await page("app.test.none", nil, 2) == [])
      let counts = try await store.read { transaction in
        try transaction.collections.counts(after: nil, limit: 10).map {
          "\($0.collection.string) \($0.count)"
        }
      }
      #expect(counts == ["app.test.like 1", "app.test.post 3"])
      try await store.write { transaction throws in
        try transaction.collections.remove(Sample.account(2), [like, "app.test.none"])
        try transaction.collections.replace(Sample.account(3), with: [like])
      }
      #expect(try await page(post, nil, 9) == [1, 2])
      #expect(try await page(like, nil, 9) == [3])
      #expect(
        try await store.read { try $0.collections.collections(of: Sample.account(3)) } == [like]
      )
    }
  }

  @Test func databaseIsUsedByOneRelayAtATime() async throws {
    let folder = try TemporaryFolder()
    let store = try SQLiteRelayStore(path: folder.path + "/relay.sqlite")
    #expect(throws: ServiceError(.storage, "")) {
      try SQLiteRelayStore(path: folder.path + "/relay.sqlite")
    }
    // Another database in the same directory is another relay's.
    try SQLiteRelayStore(path: folder.path + "/other.sqlite").close()
    try await Self.insertHosts("one.test", into: store)
    try store.close()
    let again = try SQLiteRelayStore(path: folder.path + "/relay.sqlite")
    #expect(try await again.read { try $0.hosts.host(named: "one.test") }?.id == Sample.host(1))
    try again.close()
  }
}
