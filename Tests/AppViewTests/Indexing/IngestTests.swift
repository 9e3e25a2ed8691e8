import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import LexiconIndex
import RelayTestSupport
import Testing
import VerifiedSync

@testable import AppView

@Suite struct IngestTests {
  // MARK: Backfill

  /// Aurora-Prism 146: records from before the first start were missing.
  @Test(arguments: [true, false])
  func recordsFromBeforeTheStartAreFound(_ byCollection: Bool) async throws {
    try await RelayFixture.run { network in
      let account = network.makeAccount(writes: posts(1...3))
      network.host.list([account], byCollection: byCollection)
      try await IngestFixture.run(on: network) { test async throws in
        #expect(try await test.hasKeys(account, "r1", "r2", "r3"))
        #expect(try await until { try await test.ingest.status().backfill.isComplete })
        let record = try #require(try await test.record(account, 1))
        #expect(record.bytes == SimulatedAccount.record("app.example.post", 1))
        #expect(record.cid == CID(hashingDAGCBOR: record.bytes))
        #expect(try await test.becomesActive(account))
        #expect(try await test.repository(account)?.head?.rev == account.head.rev)
        #expect(try await test.ingest.status().synchronized == 1)
      }
    }
  }

  @Test func failedFetchesAreRepeatedAndDoNotHoldUpOthers() async throws {
    try await RelayFixture.run(hosts: 2) { network in
      let gone = network.makeAccount(on: network.hosts[1], writes: posts(1...1))
      network.hosts[1].remove(gone)
      let account = network.makeAccount(writes: posts(1...2))
      network.host.list([gone, account])
      try await IngestFixture.run(on: network) { test async throws in
        #expect(try await test.hasKeys(account, "r1", "r2"))
        #expect(try await until { try await test.ingest.status().backfill.isComplete })
        #expect(try await test.repository(gone)?.phase == .error)
        network.hosts[1].add(gone)
        #expect(try await test.hasKeys(gone, "r1"))
      }
    }
  }

  @Test func collectionAddedToTheSettingsIsBackfilled() async throws {
    try await RelayFixture.run { network in
      let like = SimulatedAccount.create("app.example.like", 1)
      let account = network.makeAccount(writes: posts(1...1) + [like])
      network.host.list([account])
      let store = MemoryAppViewStore()
      let plan = IngestFixture.plan(IngestFixture.post, IngestFixture.like)
      try await IngestFixture.run(
        on: network,
        store: store,
        plan: plan,
        collections: ["app.example.post"]
      ) { test async throws in
        #expect(try await test.hasKeys(account, "r1"))
        #expect(try await test.becomesActive(account))
        #expect(try await test.keys(account, IngestFixture.like) == [])
        _ = try await until {
          try await store.read(deadline: nil) { try $0.sync.note("collections") } != nil
        }
      }
      try await IngestFixture.run(
        on: network,
        store: store,
        plan: plan,
        collections: ["app.example.post", "app.example.like"]
      ) { test async throws in
        #expect(try await test.hasKeys(account, "r1", in: IngestFixture.like))
      }
    }
  }

  // MARK: Live

  @Test func liveChangesAreIndexedAndUpdatesKeepTheTime() async throws {
    try await RelayFixture.run { network in
      let account = network.makeAccount(writes: posts(1...2))
      network.host.list([account])
      try await IngestFixture.run(on: network) { test async throws in
        #expect(try await test.hasKeys(account, "r1", "r2"))
        #expect(try await test.becomesActive(account))
        let before = try #require(try await test.record(account, 1))
        let untouched = try #require(try await test.record(account, 2))
        let updates = test.ingest.updates.subscribe()
        test.host.emit(account.commit(posts(3...3)))
        let value: DataValue = ["$type": "app.example.post", "n": 77]
        let path = SimulatedAccount.path("app.example.post", 1)
        test.host.emit(account.commit([.update(path, record: value.cborBytes())]))
        let last = test.host.emit(
          account.commit([.delete(SimulatedAccount.path("app.example.post", 3))])
        )
        _ = try await until { try await test.ingest.status().sequence == last }
        #expect(try await test.keys(account) == ["r1", "r2"])
        let after = try #require(try await test.record(account, 1))
        #expect(after.bytes == value.cborBytes())
        #expect(after.indexedAt == before.indexedAt)
        #expect(try await test.record(account, 2) == untouched)

        let changes = try await limited {
          var changes: [LiveUpdate] = []
          while let batch = await updates.next() {
            changes += batch
            if changes.count >= 3 { break }
          }
          return changes
        }
        #expect(changes.map(\.action) == [.create, .update, .delete])
        #expect(changes.map(\.sequence) == changes.map(\.sequence).sorted())
        #expect(changes[1].bytes == value.cborBytes())
      }
    }
  }

  /// Clients ask for their own profile as soon as they have an account.
  @Test func newAccountWithoutRecordsIsKnown() async throws {
    try await RelayFixture.run { network in
      network.host.list([])
      try await IngestFixture.run(on: network) { test async throws in
        let account = network.makeAccount()
        test.handles.confirm(account)
        test.host.announce(account)
        #expect(try await test.becomesActive(account))
        let found = try await until {
          try await test.store.read(deadline: nil) { snapshot in
            try snapshot.accounts.account(account.did)?.handle == account.handle
          }
        }
        #expect(found)
        #expect(test.fetches == 0)
        // One that is not new costs nothing without a record in an indexed collection.
        let other = network.makeAccount()
        let like = SimulatedAccount.create("app.example.like", 1)
        let last = test.host.emit(other.commit([like]))
        _ = try await until { try await test.ingest.status().sequence == last }
        #expect(try await test.repository(other) == nil)
      }
    }
  }

  @Test func forgedCommitIsCountedAndTheNextGoodOneIsTaken() async throws {
    try await RelayFixture.run { network in
      let account = network.makeAccount(writes: posts(1...1))
      network.host.list([account])
      try await IngestFixture.run(on: network) { test async throws in
        #expect(try await test.hasKeys(account, "r1"))
        #expect(try await test.becomesActive(account))
        let forger = SimulatedAccount(did: account.did, pds: test.host.url)
        test.host.emit(forger.commit(posts(66...66)))
        test.host.emit(account.commit(posts(2...2)))
        #expect(try await test.hasKeys(account, "r1", "r2"))
        #expect(test.ingest.activity().counters.rejections[.badSignature] == 1)
      }
    }
  }

  @Test func brokenChainHeals() async throws {
    try await RelayFixture.run { network in
      let account = network.makeAccount(writes: posts(1...3))
      network.host.list([account])
      try await IngestFixture.run(on: network) { test async throws in
        #expect(try await test.hasKeys(account, "r1", "r2", "r3"))
        #expect(try await test.becomesActive(account))
        let kept = try #require(try await test.record(account, 2))
        // These commits do not arrive.
        _ = account.commit([.delete(SimulatedAccount.path("app.example.post", 1))])
        _ = account.commit(posts(4...4))
        test.host.emit(account.commit(posts(5...5)))
        #expect(try await test.hasKeys(account, "r2", "r3", "r4", "r5"))
        #expect(try await test.record(account, 2) == kept)
        _ = try await until { test.ingest.activity().counters.resyncs == 1 }
      }
    }
  }

  /// What is not a record cannot be shown, and neither can what it has replaced.
  @Test func recordThatIsReplacedBySomethingElseIsGoneAfterAFetch() async throws {
    try await RelayFixture.run { network in
      let account = network.makeAccount(writes: posts(1...2))
      network.host.list([account])
      try await IngestFixture.run(on: network) { test async throws in
        #expect(try await test.hasKeys(account, "r1", "r2"))
        #expect(try await test.becomesActive(account))
        // Records have at most 32 levels. These commits do not arrive.
        let nested = [UInt8](repeating: 0x81, count: 40) + [0x01]
        let path = SimulatedAccount.path("app.example.post", 1)
        _ = account.commit([.update(path, record: nested)])
        _ = account.commit([.create(SimulatedAccount.path("app.example.post", 3), record: nested)])
        test.host.emit(account.commit(posts(4...4)))
        #expect(try await test.hasKeys(account, "r2", "r4"))
        #expect(try await test.becomesActive(account))
      }
    }
  }

  @Test func recordThatViolatesItsLexiconIsKept() async throws {
    try await RelayFixture.run { network in
      network.host.list([])
      let plan = IngestFixture.plan(IngestFixture.post)
      try await IngestFixture.run(on: network, plan: plan) { test async throws in
        let account = network.makeAccount(writes: posts(1...1))
        test.host.emit(account.lastCommit)
        test.host.emit(account.commit(posts(5000...5000)))
        #expect(try await test.hasKeys(account, "r1", "r5000"))
        #expect(try await test.record(account, 5000)?.isValid == false)
        #expect(try await test.count(n: 1, plan) == 1)
        #expect(try await test.count(n: 5000, plan) == 0)
        // Nothing had to be fetched.
        #expect(test.fetches == 0)
      }
    }
  }

  // MARK: Accounts

  @Test func inactiveAccountIsHiddenAtOnceAndComparedWhenItReturns() async throws {
    try await RelayFixture.run { network in
      let account = network.makeAccount(writes: posts(1...1))
      network.host.list([account])
      try await IngestFixture.run(on: network) { test async throws in
        #expect(try await test.hasKeys(account, "r1"))
        #expect(try await test.becomesActive(account))
        test.host.emit(account.become(.inactive("takendown")))
        #expect(try await test.hasKeys(account))
        // The status at the PDS does not matter: the relay decides.
        account.status = .active
        let last = test.host.emit(account.commit(posts(2...2)))
        _ = try await until { try await test.ingest.status().sequence == last }
        #expect(try await test.keys(account) == [])
        test.host.tellRevision(account)
        test.host.emit(account.account)
        // The commit of the meantime was not indexed, so the repository is fetched.
        #expect(try await test.hasKeys(account, "r1", "r2"))
      }
    }
  }

  @Test func deletedAccountReturnsWithItsRecords() async throws {
    try await RelayFixture.run { network in
      let account = network.makeAccount(writes: posts(1...2))
      network.host.list([account])
      try await IngestFixture.run(on: network) { test async throws in
        #expect(try await test.hasKeys(account, "r1", "r2"))
        #expect(try await test.becomesActive(account))
        test.host.emit(account.become(.inactive("deleted")))
        _ = try await until {
          try await test.store.read(deadline: nil) {
            try $0.sync.recordCount(of: account.did)
          } == 0
        }
        test.host.emit(account.become(.active))
        #expect(try await test.hasKeys(account, "r1", "r2"))
      }
    }
  }

  @Test func oldHandleLeadsNowhereAfterAChange() async throws {
    try await RelayFixture.run { network in
      let account = network.makeAccount(writes: posts(1...1))
      network.host.list([account])
      let handles = IngestFixture.ConfirmedHandles()
      handles.confirm(account)
      try await IngestFixture.run(on: network, handles: handles) { test async throws in
        func found() async throws -> DID? {
          try await test.store.read(deadline: nil) {
            try $0.accounts.account(handle: account.handle)?.did
          }
        }
        #expect(try await until { try await found() == account.did })
        #expect(try await test.becomesActive(account))
        handles[account.handle] = nil
        test.host.emit(account.identity)
        #expect(try await until { try await found() == nil })
        #expect(try await test.keys(account) == ["r1"])
        handles.confirm(account)
        test.host.emit(account.identity)
        #expect(try await until { try await found() == account.did })
      }
    }
  }

  /// Takes as long as it takes to look at identities, a second or two.
  @Test func identityThatNothingIsHeardOfIsResolvedAgain() async throws {
    try await RelayFixture.run { network in
      let account = network.makeAccount(writes: posts(1...1))
      network.host.list([account])
      let handles = IngestFixture.ConfirmedHandles()
      handles.confirm(account)
      try await IngestFixture.run(
        on: network,
        handles: handles,
        configure: { $0.identityLifetime = .zero }
      ) { test async throws in
        func found() async throws -> DID? {
          try await test.store.read(deadline: nil) {
            try $0.accounts.account(handle: account.handle)?.did
          }
        }
        #expect(try await until { try await found() == account.did })
        #expect(try await test.becomesActive(account))
        handles[account.handle] = nil
        #expect(try await until { try await found() == nil })
      }
    }
  }

  /// An event names another handle, but the identity cannot be resolved for a while.
  @Test func oldHandleLeadsNowhereWhileTheDirectoryIsDown() async throws {
    try await RelayFixture.run { network in
      let account = network.makeAccount(writes: posts(1...1))
      network.host.list([account])
      let handles = IngestFixture.ConfirmedHandles()
      handles.confirm(account)
      try await IngestFixture.run(on: network, handles: handles) { test async throws in
        func found() async throws -> DID? {
          try await test.store.read(deadline: nil) {
            try $0.accounts.account(handle: account.handle)?.did
          }
        }
        #expect(try await until { try await found() == account.did })
        #expect(try await test.becomesActive(account))
        network.plc.isDown = true
        let message = IdentityMessage(did: account.did.string, handle: "other.example.com")
        test.host.emit(.identity(message))
        #expect(try await until { try await found() == nil })
        // After a restart, the lookup would be repeated.
        let identity = try await test.repository(account)?.identity
        #expect(identity?.checkedAt == 0)
        network.plc.isDown = false
        #expect(try await until { try await found() == account.did })
        #expect(try await test.repository(account)?.identity?.checkedAt ?? 0 > 0)
      }
    }
  }

  /// indigo 1407: after an account moved to another PDS, nothing was delivered.
  @Test func recordsContinueAfterAMigration() async throws {
    try await RelayFixture.run(hosts: 2) { network in
      let account = network.makeAccount(writes: posts(1...1))
      network.host.list([account])
      try await IngestFixture.run(on: network) { test async throws in
        #expect(try await test.hasKeys(account, "r1"))
        #expect(try await test.becomesActive(account))
        account.pds = network.hosts[1].url
        account.key = SimulatedAccount(pds: "").key
        network.hosts[1].add(account)
        network.host.remove(account)
        test.host.emit(account.identity)
        test.host.emit(account.commit(posts(2...2)))
        #expect(try await test.hasKeys(account, "r1", "r2"))
        _ = account.commit(posts(3...3))
        test.host.emit(account.commit(posts(4...4)))
        #expect(try await test.hasKeys(account, "r1", "r2", "r3", "r4"))
      }
    }
  }

  // MARK: Restarts

  @Test func restartContinuesAtThePosition() async throws {
    try await RelayFixture.run { network in
      let account = network.makeAccount(writes: posts(1...1))
      network.host.list([account])
      let store = MemoryAppViewStore()
      try await IngestFixture.run(on: network, store: store) { test async throws in
        #expect(try await test.becomesActive(account))
        test.host.emit(account.commit(posts(2...2)))
        #expect(try await test.hasKeys(account, "r1", "r2"))
        // The position is in the transaction that has the record.
        let cursor = try await store.read(deadline: nil) {
          try $0.sync.cursor(of: network.host.url)
        }
        #expect(cursor == 1)
      }
      let before = network.host.requests.count { $0.path == "/xrpc/com.atproto.sync.getRepo" }
      network.host.emit(account.commit(posts(3...3)))
      try await IngestFixture.run(on: network, store: store) { test async throws in
        #expect(try await test.hasKeys(account, "r1", "r2", "r3"))
        #expect(test.host.cursors.last == .some(1))
        #expect(test.fetches == before)
      }
    }
  }

  @Test(arguments: ["FutureCursor", "OutdatedCursor"])
  func repositoriesThatChangedAreFetchedAfterMissedEvents(_ name: String) async throws {
    try await RelayFixture.run { network in
      let changed = network.makeAccount(writes: posts(1...1))
      let same = network.makeAccount(writes: posts(1...1))
      network.host.list([changed, same])
      let store = MemoryAppViewStore()
      try await IngestFixture.run(on: network, store: store) { test async throws in
        #expect(try await test.becomesActive(changed))
        #expect(try await test.becomesActive(same))
        test.host.skip(50)
        let last = test.host.emit(same.commit(posts(2...2)))
        _ = try await until {
          try await store.read(deadline: nil) { try $0.sync.cursor(of: network.host.url) } == last
        }
      }
      // The event does not arrive.
      _ = changed.commit(posts(3...3))
      if name == "FutureCursor" { network.host.resetNumbers() }
      network.host.list([changed, same])
      let before = network.host.requests.count { $0.path == "/xrpc/com.atproto.sync.getRepo" }
      try await IngestFixture.run(on: network, store: store) { test async throws in
        if name == "OutdatedCursor" {
          let info = FirehoseEvent.Content.info(name: name, message: nil)
          test.host.send(SimulatedFrame.event(info, sequence: 0))
        }
        #expect(try await test.hasKeys(changed, "r1", "r3"))
        #expect(test.fetches == before + 1)
        let last = test.host.emit(same.commit(posts(4...4)))
        #expect(try await test.hasKeys(same, "r1", "r2", "r4"))
        #expect(
          try await until {
            try await store.read(deadline: nil) { try $0.sync.cursor(of: network.host.url) } == last
          }
        )
      }
    }
  }

  // MARK: Lexicons

  @Test func lexiconThatIsAddedLaterIsIndexedWithoutAFetch() async throws {
    try await RelayFixture.run { network in
      let account = network.makeAccount(writes: posts(1...3))
      network.host.list([account])
      let store = MemoryAppViewStore()
      try await IngestFixture.run(
        on: network,
        store: store,
        plan: IngestFixture.plan(),
        collections: ["app.example.post"]
      ) { test async throws in
        #expect(try await test.hasKeys(account, "r1", "r2", "r3"))
        #expect(try await test.becomesActive(account))
      }
      let before = network.host.requests.count { $0.path == "/xrpc/com.atproto.sync.getRepo" }
      let plan = IngestFixture.plan(IngestFixture.post)
      try await IngestFixture.run(
        on: network,
        store: store,
        plan: plan,
        collections: ["app.example.post"]
      ) { test async throws in
        _ = try await until { !test.ingest.isReindexing(IngestFixture.post) }
        #expect(try await test.count(n: 2, plan) == 1)
        #expect(try await test.ingest.status().reindexing == [])
        #expect(test.fetches == before)
      }
    }
  }

  @Test func interruptedReindexingContinues() async throws {
    let store = MemoryAppViewStore()
    let plan = IngestFixture.plan(IngestFixture.post)
    let did = SimulatedAccount.randomDID()
    try store.setUp { transaction in
      var changes = SyncChanges()
      changes.added = [did]
      try transaction.syncWriting.apply(changes)
      let bytes = SimulatedAccount.record("app.example.post", 1)
      try transaction.recordWriting.put(
        RecordAddress(did: did, collection: IngestFixture.post, recordKey: RecordKey("r1")),
        cid: CID(hashingDAGCBOR: bytes),
        bytes: bytes,
        entries: .init(),
        at: 0
      )
    }
    #expect(try Reindexing(store, plan).contains(IngestFixture.post))
    // The process ends here; the fingerprint is the one of the plan now.
    let reindexing = try Reindexing(store, plan)
    #expect(reindexing.contains(IngestFixture.post))
    let task = Task { await reindexing.run { _ in } }
    _ = try await until { !reindexing.contains(IngestFixture.post) }
    task.cancel()
    #expect(try !Reindexing(store, plan).contains(IngestFixture.post))
  }
}
