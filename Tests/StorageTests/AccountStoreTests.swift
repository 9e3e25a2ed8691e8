import ATProtoCrypto
import ATProtoIdentity
import ATProtoRepo
import ATProtoSyntax
import PDS
import ServiceKit
import Testing

@Suite struct AccountStoreTests {
  @Test(
    "an account is found by DID, handle and email, ignoring the email's case",
    arguments: StoreBackend.allCases
  )
  func accountIsFound(_ backend: StoreBackend) async throws {
    try await backend.withStore { store in
      try await store.insertAccounts("alice", "bob")
      try await store.read { transaction throws in
        let accounts = transaction.accounts
        let alice = Sample.did("alice")
        let found = try #require(try accounts.account(alice))
        #expect(found.did == alice && found.handle == "alice.test")
        #expect(found.email == "alice@mail.test" && found.passwordHash == Sample.password)
        #expect(found.status == .active && found.emailConfirmedAt == nil)
        #expect(found.deactivatedAt == nil && !found.areInvitesDisabled && found.plcBlock.isEmpty)
        #expect(abs(found.createdAt - currentSeconds()) < 3_600)
        #expect(try accounts.account(Handle("alice.test"))?.did == alice)
        #expect(try accounts.account(email: "ALICE@Mail.Test")?.did == alice)
        #expect(try accounts.account(Sample.did("carol")) == nil)
        #expect(try accounts.account(Handle("carol.test")) == nil)
        #expect(try accounts.account(email: "carol@mail.test") == nil)
      }
    }
  }

  @Test("DID, handle and email are unique", arguments: StoreBackend.allCases)
  func keysAreUnique(_ backend: StoreBackend) async throws {
    try await backend.withStore { store in
      try await store.insertAccounts("alice", "bob")
      let bob = Sample.did("bob")
      var sameDID = Sample.account("carol")
      sameDID.did = bob
      var sameHandle = Sample.account("carol")
      sameHandle.handle = "bob.test"
      var sameEmail = Sample.account("carol")
      sameEmail.email = "BOB@mail.test"
      for account in [sameDID, sameHandle, sameEmail] {
        await #expect(throws: (any Error).self) {
          try await store.write { try $0.accounts.insert(account, AccountKeys()) }
        }
      }
      await #expect(throws: (any Error).self) {
        try await store.write { try $0.accounts.setEmail("Alice@mail.test", of: bob) }
      }
      await #expect(throws: (any Error).self) {
        try await store.write { try $0.accounts.setHandle("alice.test", of: bob) }
      }
      // The values of a failed change are free, and those of the account are kept.
      try await store.write { transaction throws in
        try transaction.accounts.insert(Sample.account("carol"), AccountKeys())
        #expect(try transaction.accounts.account(email: "bob@mail.test")?.did == bob)
        #expect(try transaction.accounts.account(Handle("bob.test"))?.did == bob)
      }
    }
  }

  @Test("setters change the account, and free previous values", arguments: StoreBackend.allCases)
  func settersChangeAccount(_ backend: StoreBackend) async throws {
    try await backend.withStore { store in
      try await store.insertAccounts("alice", "bob")
      let alice = Sample.did("alice")
      let hash = PasswordHash("other", parameters: Sample.password.parameters)
      try await store.write { transaction throws in
        let accounts = transaction.accounts
        try accounts.setEmailConfirmed(of: alice, at: 7)
        #expect(try accounts.account(alice)?.emailConfirmedAt == 7)
        try accounts.setEmail("new@mail.test", of: alice)
        try accounts.setHandle("new.test", of: alice)
        try accounts.setPassword(hash, of: alice)
        try accounts.setInvitesDisabled(true, of: alice)
        try accounts.setEmail("alice@mail.test", of: Sample.did("bob"))
        try accounts.setHandle("alice.test", of: Sample.did("bob"))
      }
      try await store.read { transaction throws in
        let found = try #require(try transaction.accounts.account(alice))
        #expect(found.email == "new@mail.test" && found.handle == "new.test")
        // A new email is not confirmed.
        #expect(found.emailConfirmedAt == nil)
        #expect(found.passwordHash == hash && found.areInvitesDisabled)
        let bob = try transaction.accounts.account(email: "alice@mail.test")
        #expect(bob?.did == Sample.did("bob") && bob?.handle == "alice.test")
        #expect(try transaction.accounts.account(email: "bob@mail.test") == nil)
      }
      // An account can change the case of its own email.
      try await store.write { try $0.accounts.setEmail("NEW@mail.test", of: alice) }
      #expect(try await store.read { try $0.accounts.account(alice)?.email } == "NEW@mail.test")
    }
  }

  @Test("setters do nothing to an account that does not exist", arguments: StoreBackend.allCases)
  func settersIgnoreUnknownAccounts(_ backend: StoreBackend) async throws {
    try await backend.withStore { store in
      try await store.insertAccounts("alice")
      let nobody = Sample.did("nobody")
      try await store.write { transaction throws in
        let accounts = transaction.accounts
        try accounts.setEmail("nobody@mail.test", of: nobody)
        try accounts.setHandle("nobody.test", of: nobody)
        try accounts.setEmailConfirmed(of: nobody, at: 1)
        try accounts.setPassword(Sample.password, of: nobody)
        try accounts.setSigningKey(PrivateKey(generating: .k256), of: nobody)
        try accounts.setInvitesDisabled(true, of: nobody)
        try accounts.setDeleteAfter(1, of: nobody)
        try accounts.set(.suspended, true, of: nobody)
        try accounts.remove(nobody)
        #expect(try accounts.account(nobody) == nil && accounts.status(of: nobody) == nil)
        #expect(try accounts.account(email: "nobody@mail.test") == nil)
        #expect(try accounts.page(email: nil, after: nil, limit: 10).count == 1)
      }
    }
  }

  @Test("keys and operations are stored and replaced", arguments: StoreBackend.allCases)
  func keysAreStored(_ backend: StoreBackend) async throws {
    try await backend.withStore { store in
      let keys = AccountKeys(
        signing: PrivateKey(generating: .k256),
        rotation: PrivateKey(generating: .p256)
      )
      let alice = Sample.account("alice")
      let data = PLCData(
        signingKey: keys.signing.publicKey,
        rotationKeys: [keys.rotation.publicKey],
        handle: alice.handle,
        pds: "https://pds.test"
      )
      let operation = PLCOperation(genesis: data, signedBy: keys.rotation)
      let other = PrivateKey(generating: .k256)
      try await store.write { transaction throws in
        let accounts = transaction.accounts
        try accounts.insert(alice, keys)
        #expect(try accounts.signingKey(of: alice.did).multikey == keys.signing.multikey)
        #expect(try accounts.rotationKey(of: alice.did).multikey == keys.rotation.multikey)
        try accounts.setSigningKey(other, of: alice.did)
        try accounts.setOperation(operation, of: alice.did)
      }
      try await store.read { transaction throws in
        let accounts = transaction.accounts
        #expect(try accounts.signingKey(of: alice.did).multikey == other.multikey)
        #expect(try accounts.rotationKey(of: alice.did).multikey == keys.rotation.multikey)
        #expect(try accounts.account(alice.did)?.plcBlock == operation.block)
        #expect(throws: ServiceError(.corruption, "")) {
          try accounts.signingKey(of: Sample.did("nobody"))
        }
        #expect(throws: ServiceError(.corruption, "")) {
          try accounts.rotationKey(of: Sample.did("nobody"))
        }
      }
    }
  }

  @Test("the status is that of the most severe flag", arguments: StoreBackend.allCases)
  func statusIsMostSevere(_ backend: StoreBackend) async throws {
    try await backend.withStore { store in
      try await store.insertAccounts("alice")
      let alice = Sample.did("alice")
      let steps: [(AccountStatus.Flag, Bool, AccountStatus)] = [
        (.deactivated, true, .deactivated), (.suspended, true, .suspended),
        (.takendown, true, .takendown), (.suspended, false, .takendown),
        (.takendown, false, .deactivated), (.deactivated, false, .active),
      ]
      try await store.write { transaction throws in
        let accounts = transaction.accounts
        for (flag, isOn, status) in steps {
          try accounts.set(flag, isOn, of: alice)
          #expect(try accounts.status(of: alice) == status)
          #expect(try accounts.account(alice)?.status == status)
          if flag == .deactivated {
            #expect(try (accounts.account(alice)?.deactivatedAt != nil) == isOn)
          }
        }
      }
    }
  }

  @Test(
    "pages are ordered by DID and filtered by a part of the email",
    arguments: StoreBackend.allCases
  )
  func pagesAreOrdered(_ backend: StoreBackend) async throws {
    try await backend.withStore { store in
      try await store.insertAccounts("dora", "alice", "carol", "bob")
      try await store.read { transaction throws in
        func page(_ email: String?, _ cursor: String?, _ limit: Int) throws -> [String] {
          try transaction.accounts.page(email: email, after: cursor, limit: limit)
            .map { "\($0.handle)" }
        }
        #expect(try page(nil, nil, 3) == ["alice.test", "bob.test", "carol.test"])
        #expect(try page(nil, Sample.did("carol").string, 3) == ["dora.test"])
        #expect(try page(nil, Sample.did("dora").string, 3) == [])
        #expect(try page("O", nil, 10) == ["bob.test", "carol.test", "dora.test"])
        #expect(try page("O", Sample.did("bob").string, 1) == ["carol.test"])
        #expect(try page("mail.TEST", nil, 10).count == 4)
        #expect(try page("%", nil, 10) == [])
        #expect(try page("nobody", nil, 10) == [])
      }
    }
  }

  @Test(
    "a scheduled deletion is due after both times, for deactivated accounts only",
    arguments: StoreBackend.allCases
  )
  func scheduledDeletionsAreDue(_ backend: StoreBackend) async throws {
    try await backend.withStore { store in
      try await store.insertAccounts("alice", "bob", "carol")
      let (alice, bob) = (Sample.did("alice"), Sample.did("bob"))
      try await store.write { transaction throws in
        try transaction.accounts.set(.deactivated, true, of: alice)
        try transaction.accounts.setDeleteAfter(100, of: alice)
        // Not deactivated.
        try transaction.accounts.setDeleteAfter(100, of: bob)
        // Not scheduled.
        try transaction.accounts.set(.deactivated, true, of: Sample.did("carol"))
      }
      func due(_ deleteBefore: Int, _ deactivatedBefore: Int, _ limit: Int = 10) async throws
        -> [DID]
      {
        try await store.read { transaction throws in
          try transaction.accounts.scheduledDeletions(
            deleteBefore: deleteBefore,
            deactivatedBefore: deactivatedBefore,
            limit: limit
          )
        }
      }
      let later = currentSeconds() + 3600
      #expect(try await due(101, later) == [alice])
      #expect(try await due(100, later) == [])
      #expect(try await due(101, currentSeconds() - 3600) == [])
      try await store.write { try $0.accounts.set(.deactivated, true, of: bob) }
      #expect(try await Set(due(101, later)) == [alice, bob])
      #expect(try await due(101, later, 1).count == 1)
      try await store.write { try $0.accounts.setDeleteAfter(nil, of: alice) }
      #expect(try await due(101, later) == [bob])
    }
  }

  @Test(
    "removing an account removes what belongs to it, but not its events and invite uses",
    arguments: StoreBackend.allCases
  )
  func removalCascades(_ backend: StoreBackend) async throws {
    try await backend.withStore { store in
      try await store.insertAccounts("alice", "bob")
      let (alice, bob) = (Sample.did("alice"), Sample.did("bob"))
      let path = Sample.path("a")
      try await store.write { transaction throws in
        let invite = InviteCode(
          code: "code",
          capacity: 2,
          forAccount: "admin",
          createdBy: "admin",
          createdAt: 1
        )
        try transaction.invites.insert(invite)
        for did in [alice, bob] {
          try transaction.refreshTokens.insert(
            RefreshToken(
              id: did.string,
              did: did,
              session: did.string,
              grant: .accountPassword,
              expiresAt: 9
            )
          )
          try transaction.appPasswords.insert(
            AppPassword(name: "app", hash: [1], isPrivileged: false, createdAt: 1),
            of: did
          )
          try transaction.mailTokens.set(
            MailTokenEntry(did: did, hash: Array(did.string.utf8), expiresAt: 9),
            .confirmEmail
          )
          try transaction.takedowns.set("note", of: .record(did, path))
          try transaction.preferences.setPreferences(
            [StoredPreference(type: "a", block: [1])],
            of: did
          )
          let repositories = transaction.repositories
          try repositories.setHead(
            RepositoryHead(did: did, head: Sample.cid("head"), rev: Sample.tid(1))
          )
          try repositories.blocks(of: did).insert(Sample.cid("head"), [1], rev: Sample.tid(1))
          try repositories.records(of: did).set(path, Sample.cid("head"))
          try transaction.blobs.insert(Sample.blob(did.string), of: did)
          try transaction.blobs.addReferences(
            [Sample.cid("blob")],
            from: Sample.cid("head"),
            rev: Sample.tid(1),
            of: did
          )
          try transaction.invites.use("code", by: did, at: 1)
          try transaction.sequence.append(did.string) { _, _ in [] }
        }
        try transaction.accounts.remove(alice)
      }
      try await store.read { transaction throws in
        for (did, count) in [(alice, 0), (bob, 1)] {
          #expect(try (transaction.accounts.account(did) == nil) == (count == 0))
          #expect(try (transaction.refreshTokens.token(did.string) == nil) == (count == 0))
          #expect(try transaction.appPasswords.all(of: did).count == count)
          let hash = Array(did.string.utf8)
          let mail = try transaction.mailTokens.entry(.confirmEmail, hash: hash)
          #expect((mail == nil) == (count == 0))
          #expect(
            try transaction.takedowns.recordKeys(of: did, in: path.collection).count == count
          )
          #expect(try transaction.preferences.preferences(of: did).count == count)
          #expect(try (transaction.repositories.head(of: did) == nil) == (count == 0))
          #expect(try transaction.repositories.blocks(of: did).count() == count)
          #expect(try transaction.repositories.records(of: did).count() == count)
          #expect(try transaction.blobs.held(of: did).count == count)
          #expect(try transaction.blobs.referenceCount(of: did) == count)
          #expect(try transaction.invites.code(usedBy: did)?.code == "code")
        }
        #expect(try transaction.sequence.window() == 1...2)
        #expect(try transaction.repositories.page(after: nil, limit: 10).map(\.head.did) == [bob])
      }
      // The handle and the email are free again.
      try await store.insertAccounts("alice")
    }
  }

  @Test(
    "nothing can be stored for an account that does not exist",
    arguments: StoreBackend.allCases
  )
  func ownerMustExist(_ backend: StoreBackend) async throws {
    try await backend.withStore { store in
      let did = Sample.did("nobody")
      let writes: [@Sendable (any PDSTransaction) throws -> Void] = [
        {
          try $0.refreshTokens.insert(
            RefreshToken(id: "a", did: did, session: "a", grant: .accountPassword, expiresAt: 9)
          )
        },
        {
          try $0.appPasswords.insert(
            AppPassword(name: "app", hash: [1], isPrivileged: false, createdAt: 1),
            of: did
          )
        },
        {
          try $0.mailTokens.set(MailTokenEntry(did: did, hash: [1], expiresAt: 9), .resetPassword)
        },
        { try $0.takedowns.set("note", of: .record(did, Sample.path("a"))) },
        { try $0.preferences.setPreferences([StoredPreference(type: "a", block: [1])], of: did) },
        {
          try $0.repositories.setHead(
            RepositoryHead(did: did, head: Sample.cid("head"), rev: Sample.tid(1))
          )
        },
        {
          try $0.repositories.records(of: did).set(Sample.path("a"), Sample.cid("a"))
        },
        { try $0.blobs.insert(Sample.blob("a"), of: did) },
        {
          try $0.blobs.addReferences(
            [Sample.cid("a")],
            from: Sample.cid("record"),
            rev: Sample.tid(1),
            of: did
          )
        },
      ]
      for write in writes {
        await #expect(throws: (any Error).self) { try await store.write(write) }
      }
    }
  }

  @Test(
    "a reserved key is found by its DID, or by the key itself if it has none",
    arguments: StoreBackend.allCases
  )
  func reservedKeysAreFound(_ backend: StoreBackend) async throws {
    try await backend.withStore { store in
      let (alice, bob) = (Sample.did("alice"), Sample.did("bob"))
      let (own, free) = (PrivateKey(generating: .k256), PrivateKey(generating: .k256))
      try await store.write { transaction throws in
        try transaction.accounts.reserve(own, for: alice)
        try transaction.accounts.reserve(free, for: nil)
        try transaction.accounts.reserve(PrivateKey(generating: .k256), for: nil)
      }
      await #expect(throws: (any Error).self) {
        try await store.write { try $0.accounts.reserve(free, for: nil) }
      }
      await #expect(throws: (any Error).self) {
        try await store.write { try $0.accounts.reserve(PrivateKey(generating: .k256), for: alice) }
      }
      try await store.write { transaction throws in
        let accounts = transaction.accounts
        func key(_ did: DID, _ named: PrivateKey?) throws -> String? {
          try accounts.reservedKey(for: did, orNamed: named?.publicKey)?.multikey
        }
        #expect(try key(alice, nil) == own.multikey)
        #expect(try key(alice, free) == own.multikey)
        #expect(try key(bob, free) == free.multikey)
        #expect(try key(bob, nil) == nil)
        // A key that is reserved for another DID.
        #expect(try key(bob, own) == nil)
        #expect(try accounts.reservedKeyCount() == 3)
        try accounts.removeReservedKey(own.publicKey)
        #expect(try key(alice, nil) == nil && accounts.reservedKeyCount() == 2)
      }
    }
  }
}
