import ATProtoSyntax
import PDS
import Testing

@Suite struct SessionStoreTests {
  private static let alice = Sample.did("alice")

  private static func token(
    _ id: String,
    _ name: String = "alice",
    session: String = "s",
    appPassword: String? = nil,
    expiresAt: Int = 100
  ) -> RefreshToken {
    RefreshToken(
      id: id,
      did: Sample.did(name),
      session: session,
      grant: appPassword.map { SessionGrant(scope: .appPassword, appPassword: $0) }
        ?? .accountPassword,
      expiresAt: expiresAt
    )
  }

  @Test(
    "a refresh token is stored, replaced, and valid until it expires",
    arguments: StoreBackend.allCases
  )
  func refreshTokensAreStored(_ backend: StoreBackend) async throws {
    try await backend.withStore { store in
      try await store.insertAccounts("alice")
      try await store.write { transaction throws in
        let tokens = transaction.refreshTokens
        try tokens.insert(Self.token("a", appPassword: "app"))
        let found = try #require(try tokens.token("a"))
        #expect(found.did == Self.alice && found.session == "s" && found.expiresAt == 100)
        #expect(found.grant == SessionGrant(scope: .appPassword, appPassword: "app"))
        #expect(found.nextID == nil)
        #expect(try tokens.token("b") == nil)
        #expect(try tokens.isLive(session: "s", of: Self.alice, at: 99))
        #expect(try !tokens.isLive(session: "s", of: Self.alice, at: 100))
        #expect(try !tokens.isLive(session: "t", of: Self.alice, at: 99))
        #expect(try !tokens.isLive(session: "s", of: Sample.did("bob"), at: 99))
        try tokens.replace("a", by: "b", expiresAt: 50)
        #expect(try tokens.token("a")?.nextID == "b" && tokens.token("a")?.expiresAt == 50)
      }
      await #expect(throws: (any Error).self) {
        try await store.write { try $0.refreshTokens.insert(Self.token("a")) }
      }
    }
  }

  @Test("sessions end by session, account, app password and time", arguments: StoreBackend.allCases)
  func sessionsEnd(_ backend: StoreBackend) async throws {
    try await backend.withStore { store in
      try await store.insertAccounts("alice", "bob")
      let tokens = [
        Self.token("1", session: "s"), Self.token("2", session: "s", expiresAt: 200),
        Self.token("3", session: "t", appPassword: "app"),
        Self.token("4", session: "u", appPassword: "other"),
        Self.token("5", "bob", session: "v", appPassword: "app"),
      ]
      let ends: [(@Sendable (any RefreshTokenStore) throws -> Void, [String])] = [
        ({ try $0.end(session: "s", of: Self.alice) }, ["3", "4", "5"]),
        ({ try $0.end(session: "v", of: Self.alice) }, ["1", "2", "3", "4", "5"]),
        ({ try $0.endSessions(of: Self.alice) }, ["5"]),
        ({ try $0.endSessions(of: Self.alice, appPassword: "app") }, ["1", "2", "4", "5"]),
        ({ try $0.deleteExpired(of: Self.alice, at: 100) }, ["2", "5"]),
        ({ try $0.deleteExpired(of: Self.alice, at: 99) }, ["1", "2", "3", "4", "5"]),
      ]
      for (end, rest) in ends {
        let found = try await store.write { transaction throws in
          for token in tokens { try transaction.refreshTokens.insert(token) }
          try end(transaction.refreshTokens)
          let found = try tokens.filter { try transaction.refreshTokens.token($0.id) != nil }
          try transaction.refreshTokens.endSessions(of: Self.alice)
          try transaction.refreshTokens.endSessions(of: Sample.did("bob"))
          return found.map(\.id)
        }
        #expect(found == rest)
      }
    }
  }

  @Test("app passwords are listed newest first, then by name", arguments: StoreBackend.allCases)
  func appPasswordsAreOrdered(_ backend: StoreBackend) async throws {
    try await backend.withStore { store in
      try await store.insertAccounts("alice", "bob")
      try await store.write { transaction throws in
        for (name, createdAt) in [("b", 1), ("d", 2), ("c", 2), ("a", 3)] {
          try transaction.appPasswords.insert(
            AppPassword(name: name, hash: [1, 2], isPrivileged: name == "a", createdAt: createdAt),
            of: Self.alice
          )
        }
      }
      await #expect(throws: (any Error).self) {
        try await store.write { transaction throws in
          try transaction.appPasswords.insert(
            AppPassword(name: "a", hash: [], isPrivileged: false, createdAt: 9),
            of: Self.alice
          )
        }
      }
      try await store.write { transaction throws in
        let all = try transaction.appPasswords.all(of: Self.alice)
        #expect(all.map(\.name) == ["a", "c", "d", "b"])
        #expect(all[0].hash == [1, 2] && all[0].isPrivileged && !all[1].isPrivileged)
        #expect(all[0].createdAt == 3)
        try transaction.appPasswords.remove("c", of: Self.alice)
        try transaction.appPasswords.remove("a", of: Sample.did("bob"))
        #expect(try transaction.appPasswords.all(of: Self.alice).map(\.name) == ["a", "d", "b"])
        #expect(try transaction.appPasswords.all(of: Sample.did("bob")).isEmpty)
      }
    }
  }

  @Test("an account has one mail token for each purpose", arguments: StoreBackend.allCases)
  func mailTokensAreReplaced(_ backend: StoreBackend) async throws {
    try await backend.withStore { store in
      try await store.insertAccounts("alice", "bob")
      try await store.write { transaction throws in
        let tokens = transaction.mailTokens
        func set(_ name: String, _ hash: UInt8, _ purpose: MailTokenPurpose) throws {
          try tokens.set(
            MailTokenEntry(did: Sample.did(name), hash: [hash], expiresAt: Int(hash)),
            purpose
          )
        }
        try set("alice", 1, .confirmEmail)
        try set("alice", 2, .confirmEmail)
        try set("alice", 3, .resetPassword)
        try set("bob", 4, .confirmEmail)
        #expect(try tokens.entry(.confirmEmail, of: Self.alice)?.hash == [2])
        #expect(try tokens.entry(.confirmEmail, of: Self.alice)?.expiresAt == 2)
        #expect(try tokens.entry(.confirmEmail, hash: [1]) == nil)
        #expect(try tokens.entry(.confirmEmail, hash: [4])?.did == Sample.did("bob"))
        // Not valid for another purpose.
        #expect(try tokens.entry(.confirmEmail, hash: [3]) == nil)
        #expect(try tokens.entry(.deleteAccount, of: Self.alice) == nil)
        try tokens.remove(.confirmEmail, of: Self.alice)
        #expect(try tokens.entry(.confirmEmail, of: Self.alice) == nil)
        #expect(try tokens.entry(.resetPassword, of: Self.alice) != nil)
        try tokens.removeAll(of: Self.alice)
        #expect(try tokens.entry(.resetPassword, of: Self.alice) == nil)
        #expect(try tokens.entry(.confirmEmail, of: Sample.did("bob")) != nil)
      }
    }
  }
}
