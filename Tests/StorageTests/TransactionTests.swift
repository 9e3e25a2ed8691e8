import ATProtoSyntax
import PDS
import ServiceKit
import Synchronization
import TestSupport
import Testing

@Suite struct TransactionTests {
  @Test("a transaction that throws changes nothing", arguments: StoreBackend.allCases)
  func throwingTransactionChangesNothing(_ backend: StoreBackend) async throws {
    try await backend.withStore { store in
      try await store.insertAccounts("alice")
      let alice = Sample.did("alice")
      await #expect(throws: Refused.self) {
        try await store.write { transaction throws in
          try transaction.accounts.insert(Sample.account("bob"), AccountKeys())
          try transaction.accounts.setEmail("other@mail.test", of: alice)
          try transaction.secrets.setSecret("name", [1])
          try transaction.invites.insert(
            InviteCode(
              code: "a",
              capacity: 1,
              forAccount: "admin",
              createdBy: "admin",
              createdAt: 1
            )
          )
          try transaction.blobs.insert(Sample.blob("blob"), of: alice)
          try transaction.repositories.records(of: alice).set(Sample.path("a"), Sample.cid("a"))
          try transaction.sequence.append("key") { _, _ in [1] }
          throw Refused()
        }
      }
      try await store.read { transaction throws in
        #expect(try transaction.accounts.account(Sample.did("bob")) == nil)
        #expect(try transaction.accounts.account(email: "bob@mail.test") == nil)
        #expect(try transaction.accounts.account(alice)?.email == "alice@mail.test")
        #expect(try transaction.secrets.secret("name") == nil)
        #expect(try transaction.invites.code("a") == nil)
        #expect(try transaction.blobs.isEmpty())
        #expect(try transaction.repositories.records(of: alice).count() == 0)
        #expect(try transaction.sequence.window() == nil)
      }
    }
  }

  @Test("a transaction sees its own changes", arguments: StoreBackend.allCases)
  func transactionSeesItsOwnChanges(_ backend: StoreBackend) async throws {
    try await backend.withStore { store in
      try await store.write { transaction throws in
        try transaction.secrets.setSecret("name", [1])
        #expect(try transaction.secrets.secret("name") == [1])
        try transaction.sequence.append("key") { _, _ in [1] }
        #expect(try transaction.sequence.window() == 1...1)
      }
    }
  }

  @Test(
    "a failed statement can be caught, and the transaction continues",
    arguments: StoreBackend.allCases
  )
  func failedStatementCanBeCaught(_ backend: StoreBackend) async throws {
    try await backend.withStore { store in
      try await store.insertAccounts("alice")
      try await store.write { transaction throws in
        try transaction.secrets.setSecret("before", [1])
        #expect(throws: (any Error).self) {
          try transaction.accounts.insert(Sample.account("alice"), AccountKeys())
        }
        try transaction.secrets.setSecret("after", [2])
      }
      let secrets = try await store.read { transaction throws in
        [try transaction.secrets.secret("before"), try transaction.secrets.secret("after")]
      }
      #expect(secrets == [[1], [2]])
    }
  }

  @Test("writing in a read transaction throws", arguments: StoreBackend.allCases)
  func writingInReadTransactionThrows(_ backend: StoreBackend) async throws {
    try await backend.withStore { store in
      await #expect(throws: (any Error).self) {
        try await store.read { transaction in try transaction.secrets.setSecret("name", [1]) }
      }
      let secret = try await store.read { try $0.secrets.secret("name") }
      #expect(secret == nil)
    }
  }

  /// Each writer moves one unit between two counters, whose sum never changes.
  @Test(
    "concurrent writers are serialized, and readers see a consistent snapshot",
    arguments: StoreBackend.allCases
  )
  func concurrentWritersAreSerialized(_ backend: StoreBackend) async throws {
    try await backend.withStore { store in
      try await store.write { transaction throws in
        try transaction.secrets.setSecret("a", [100])
        try transaction.secrets.setSecret("b", [0])
      }
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<100 {
          group.addTask {
            try await store.write { transaction throws in
              let secrets = transaction.secrets
              let a = try #require(try secrets.secret("a"))
              let b = try #require(try secrets.secret("b"))
              try secrets.setSecret("a", [a[0] - 1])
              try secrets.setSecret("b", [b[0] + 1])
            }
          }
          group.addTask {
            let sum = try await store.read { transaction throws in
              let a = try #require(try transaction.secrets.secret("a"))
              let b = try #require(try transaction.secrets.secret("b"))
              return a[0] + b[0]
            }
            #expect(sum == 100)
          }
        }
        try await group.waitForAll()
      }
      #expect(try await store.read { try $0.secrets.secret("b") } == [100])
    }
  }

  @Test("a server is set up in one transaction", arguments: StoreBackend.allCases)
  func setUpIsOneTransaction(_ backend: StoreBackend) async throws {
    try await backend.withStore { store in
      let made = try store.setUp { try $0.secrets.databaseName() }
      #expect(try store.setUp { try $0.secrets.databaseName() } == made)
      #expect(throws: Refused.self) {
        try store.setUp { transaction throws in
          try transaction.secrets.setDatabaseName("other")
          throw Refused()
        }
      }
      #expect(try store.setUp { try $0.secrets.databaseName() } == made)
    }
  }

  @Test(
    "what was written is still there when the store is reopened",
    arguments: StoreBackend.allCases.filter(\.isDurable)
  )
  func writesSurviveReopening(_ backend: StoreBackend) async throws {
    let folder = try TemporaryFolder()
    let first = try backend.open(folder.path)
    try await first.insertAccounts("alice")
    try await first.write { transaction throws in
      try transaction.sequence.append("key") { sequence, _ in [UInt8(sequence)] }
    }
    try first.close()
    let second = try backend.open(folder.path)
    defer { try? second.close() }
    try await second.read { transaction throws in
      #expect(try transaction.accounts.account(Sample.did("alice")) != nil)
      #expect(try transaction.sequence.window() == 1...1)
    }
    try await second.write { transaction throws in
      try transaction.sequence.append("key") { sequence, _ in
        #expect(sequence == 2)
        return []
      }
    }
  }
}
