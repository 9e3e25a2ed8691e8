import ATProtoSyntax
import PDS
import Testing

@Suite struct OAuthStoreTests {
  private static let alice = Sample.did("alice")
  private static let bob = Sample.did("bob")
  private static let key = OAuthBinding(dpopThumbprint: "d")

  private static func request(_ id: String, expiresAt: Int = 100) -> OAuthRequest {
    OAuthRequest(
      id: id,
      clientID: "c",
      parameters: [1],
      binding: key,
      expiresAt: expiresAt,
      network: "n"
    )
  }

  private static func session(
    _ id: String,
    of name: String = "alice",
    at seconds: Int = 1,
    expiresAt: Int = 100
  ) -> OAuthSession {
    OAuthSession(
      id: id,
      did: Sample.did(name),
      clientID: "c",
      scope: "atproto",
      tokenScope: "atproto repo:*",
      binding: key,
      createdAt: seconds,
      refreshedAt: seconds,
      expiresAt: expiresAt,
      accessHash: Array("access \(id)".utf8),
      accessExpiresAt: 50,
      refresh: OAuthRefreshToken(hash: Array("refresh \(id)".utf8), expiresAt: expiresAt)
    )
  }

  private static func device(_ id: String, seenAt: Int = 1, expiresAt: Int = 100) -> OAuthDevice {
    OAuthDevice(
      id: id,
      sessionHash: [1],
      rotatedAt: 1,
      createdAt: 1,
      seenAt: seenAt,
      expiresAt: expiresAt
    )
  }

  private static func signIn(
    _ device: String,
    of name: String = "alice",
    at seconds: Int = 1,
    expiresAt: Int = 100
  ) -> OAuthSignIn {
    OAuthSignIn(
      device: device,
      did: Sample.did(name),
      authenticatedAt: seconds,
      expiresAt: expiresAt
    )
  }

  /// Runs `body` in a transaction of a store with the accounts of Alice and Bob.
  private func with(
    _ backend: StoreBackend,
    _ body: @escaping @Sendable (any OAuthStore) throws -> Void
  ) async throws {
    try await backend.withStore { store in
      try await store.insertAccounts("alice", "bob")
      try await store.write { transaction throws in try body(transaction.oauth) }
    }
  }

  @Test(
    "a request is stored, replaced, and found by its ID and its code",
    arguments: StoreBackend.allCases
  )
  func requestsAreStored(_ backend: StoreBackend) async throws {
    try await with(backend) { oauth throws in
      var request = Self.request("a")
      try oauth.set(request)
      #expect(try oauth.request("a") == request)
      #expect(try oauth.request("b") == nil)
      request.binding = OAuthBinding(
        dpopThumbprint: "e",
        clientKeyID: "k",
        clientKeyThumbprint: "t"
      )
      request.device = "browser"
      request.did = Self.alice
      request.grantedScope = "atproto"
      request.codeHash = [2, 3]
      request.session = "s"
      request.network = nil
      try oauth.set(request)
      #expect(try oauth.request("a") == request)
      #expect(try oauth.request(code: [2, 3]) == request)
      #expect(try oauth.request(code: [2]) == nil)
      try oauth.removeRequest("a")
      #expect(try oauth.request("a") == nil)
      #expect(try oauth.request(code: [2, 3]) == nil)
      try oauth.set(request)
      try oauth.set(Self.request("b"))
      try oauth.removeRequests(of: Self.bob)
      #expect(try oauth.request("a") != nil)
      try oauth.removeRequests(of: Self.alice)
      #expect(try oauth.request("a") == nil && oauth.request("b") != nil)
    }
  }

  @Test("requests without a code are counted by network", arguments: StoreBackend.allCases)
  func pendingRequestsAreCounted(_ backend: StoreBackend) async throws {
    try await with(backend) { oauth throws in
      var request = Self.request("a")
      try oauth.set(request)
      try oauth.set(Self.request("b"))
      request.id = "c"
      request.network = "m"
      try oauth.set(request)
      #expect(try oauth.pendingRequestCount(from: "n") == 2)
      #expect(try oauth.pendingRequestCount(from: "o") == 0)
      #expect(try oauth.pendingRequestCount(from: nil) == 3)
      request.codeHash = [1]
      try oauth.set(request)
      #expect(try oauth.pendingRequestCount(from: "m") == 0)
      #expect(try oauth.pendingRequestCount(from: nil) == 2)
    }
  }

  @Test("a session is found by its tokens, present and used", arguments: StoreBackend.allCases)
  func sessionsAreFoundByTokens(_ backend: StoreBackend) async throws {
    try await with(backend) { oauth throws in
      var session = Self.session("s")
      try oauth.set(session)
      let access = session.accessHash
      let refresh = try #require(session.refresh)
      #expect(try oauth.session("s") == session)
      #expect(try oauth.session(access: access) == session)
      #expect(try oauth.grant(access: access) == session.grant)
      #expect(try oauth.session(refresh: refresh.hash) == session)
      #expect(try oauth.session(access: refresh.hash) == nil)
      #expect(try oauth.session(refresh: access) == nil)

      session.accessHash = [1]
      session.refresh = OAuthRefreshToken(hash: [2], expiresAt: 80)
      session.binding.clientKeyThumbprint = "t"
      session.tokenScope = "atproto"
      try oauth.addUsedRefreshToken(refresh.hash, session: "s", expiresAt: refresh.expiresAt)
      try oauth.set(session)
      #expect(try oauth.session(access: access) == nil)
      #expect(try oauth.grant(access: access) == nil)
      #expect(try oauth.session(access: [1]) == session)
      #expect(try oauth.grant(access: [1]) == session.grant)
      #expect(try oauth.session(refresh: refresh.hash) == session)
      #expect(try oauth.session(refresh: [2]) == session)

      session.refresh = nil
      session.expiresAt = session.accessExpiresAt - 1
      try oauth.set(session)
      #expect(try oauth.session("s") == session)
      #expect(try oauth.grant(access: [1])?.expiresAt == session.expiresAt)
      #expect(try oauth.session(refresh: refresh.hash) == session)
      try oauth.endSession("s")
      #expect(try oauth.session("s") == nil)
      #expect(try oauth.session(access: [1]) == nil)
      #expect(try oauth.session(refresh: refresh.hash) == nil)
    }
  }

  @Test("a session needs an account, a used token a session", arguments: StoreBackend.allCases)
  func orphansAreRefused(_ backend: StoreBackend) async throws {
    try await backend.withStore { store in
      try await store.insertAccounts("alice")
      let writes: [@Sendable (any OAuthStore) throws -> Void] = [
        { try $0.set(Self.session("s", of: "bob")) },
        { try $0.addUsedRefreshToken([1], session: "s", expiresAt: 9) },
        { try $0.set(Self.signIn("d")) },
        { try $0.set(OAuthConsent(did: Self.bob, clientID: "c", scope: "", grantedAt: 1)) },
      ]
      for write in writes {
        await #expect(throws: (any Error).self) {
          try await store.write { transaction throws in try write(transaction.oauth) }
        }
      }
    }
  }

  @Test("sessions are listed newest first, and end by account", arguments: StoreBackend.allCases)
  func sessionsEnd(_ backend: StoreBackend) async throws {
    try await with(backend) { oauth throws in
      for (id, seconds) in [("b", 2), ("a", 2), ("c", 3)] {
        try oauth.set(Self.session(id, at: seconds))
      }
      try oauth.set(Self.session("d", of: "bob"))
      #expect(try oauth.sessions(of: Self.alice).map(\.id) == ["c", "a", "b"])
      var refreshed = Self.session("b", at: 2)
      refreshed.refreshedAt = 9
      try oauth.set(refreshed)
      try oauth.endSessions(of: Self.alice, keeping: 2)
      #expect(try oauth.sessions(of: Self.alice).map(\.id) == ["c", "b"])
      try oauth.endSessions(of: Self.alice)
      #expect(try oauth.sessions(of: Self.alice).isEmpty)
      #expect(try oauth.sessions(of: Self.bob).map(\.id) == ["d"])
    }
  }

  @Test("the oldest used tokens of a session are forgotten", arguments: StoreBackend.allCases)
  func usedTokensAreBounded(_ backend: StoreBackend) async throws {
    try await with(backend) { oauth throws in
      try oauth.set(Self.session("s"))
      try oauth.set(Self.session("t"))
      try oauth.addUsedRefreshToken([0], session: "t", expiresAt: 90)
      let count = OAuthBounds.usedRefreshTokensPerSession
      func token(_ index: Int) -> [UInt8] { Array("token \(index)".utf8) }
      for index in 0...count {
        try oauth.addUsedRefreshToken(token(index), session: "s", expiresAt: 90)
      }
      #expect(try oauth.session(refresh: token(0)) == nil)
      #expect(try oauth.session(refresh: token(1))?.id == "s")
      #expect(try oauth.session(refresh: token(count))?.id == "s")
      #expect(try oauth.session(refresh: [0])?.id == "t")
    }
  }

  @Test("a device keeps its sign-ins when it changes", arguments: StoreBackend.allCases)
  func devicesAreStored(_ backend: StoreBackend) async throws {
    try await with(backend) { oauth throws in
      var device = Self.device("d")
      try oauth.set(device)
      var signIn = Self.signIn("d", at: 5)
      signIn.request = "r"
      try oauth.set(signIn)
      try oauth.set(Self.signIn("d", of: "bob", at: 6))
      device.previousHash = [9]
      device.userAgent = "browser"
      device.address = "192.0.2.1"
      device.seenAt = 8
      try oauth.set(device)
      try oauth.set(Self.device("e", seenAt: 9))
      try oauth.set(Self.signIn("e"))
      #expect(try oauth.device("d") == device)
      #expect(try oauth.device("f") == nil)
      #expect(try oauth.signIns(on: "d") == [Self.signIn("d", of: "bob", at: 6), signIn])
      #expect(try oauth.devices(of: Self.alice).map(\.id) == ["e", "d"])
      #expect(try oauth.devices(of: Self.bob) == [device])
      signIn.request = nil
      signIn.authenticatedAt = 7
      try oauth.set(signIn)
      #expect(try oauth.signIns(on: "d").first == signIn)
      try oauth.removeSignIn(of: Self.alice, on: "d")
      #expect(try oauth.devices(of: Self.alice).map(\.id) == ["e"])
      try oauth.removeSignIns(of: Self.bob)
      #expect(try oauth.signIns(on: "d").isEmpty)
      try oauth.removeDevice("e")
      #expect(try oauth.device("e") == nil && oauth.signIns(on: "e").isEmpty)
      #expect(try oauth.device("d") != nil)
    }
  }

  @Test("the oldest devices and sign-ins are removed", arguments: StoreBackend.allCases)
  func devicesAreBounded(_ backend: StoreBackend) async throws {
    try await with(backend) { oauth throws in
      for (index, id) in ["a", "b", "c", "d"].enumerated() {
        try oauth.set(Self.device(id, seenAt: index))
      }
      try oauth.set(Self.signIn("a", at: 1))
      try oauth.set(Self.signIn("b", at: 2))
      try oauth.set(Self.signIn("b", of: "bob", at: 1))
      try oauth.removeUnusedDevices(keeping: 1)
      #expect(try ["a", "b", "c", "d"].filter { try oauth.device($0) != nil } == ["a", "b", "d"])
      try oauth.removeSignIns(of: Self.alice, keeping: 1)
      #expect(try oauth.devices(of: Self.alice).map(\.id) == ["b"])
      #expect(try oauth.devices(of: Self.bob).map(\.id) == ["b"])
    }
  }

  @Test("consents are stored by account and client", arguments: StoreBackend.allCases)
  func consentsAreStored(_ backend: StoreBackend) async throws {
    try await with(backend) { oauth throws in
      func consent(_ client: String, _ scope: String, at seconds: Int) -> OAuthConsent {
        OAuthConsent(did: Self.alice, clientID: client, scope: scope, grantedAt: seconds)
      }
      try oauth.set(consent("a", "atproto", at: 1))
      try oauth.set(consent("b", "atproto", at: 2))
      try oauth.set(consent("a", "atproto repo:*", at: 3))
      #expect(
        try oauth.consent(of: Self.alice, to: "a") == consent("a", "atproto repo:*", at: 3)
      )
      #expect(try oauth.consent(of: Self.bob, to: "a") == nil)
      try oauth.set(consent("c", "atproto", at: 2))
      #expect(try oauth.consents(of: Self.alice).map(\.clientID) == ["a", "b", "c"])
      #expect(try oauth.consents(of: Self.alice).first == consent("a", "atproto repo:*", at: 3))
      try oauth.removeConsent(of: Self.bob, to: "c")
      try oauth.removeConsent(of: Self.alice, to: "c")
      try oauth.removeConsent(of: Self.alice, to: "c")
      #expect(try oauth.consents(of: Self.alice).map(\.clientID) == ["a", "b"])
      #expect(try oauth.consents(of: Self.bob).isEmpty)
      try oauth.removeConsents(of: Self.alice, keeping: 1)
      #expect(try oauth.consent(of: Self.alice, to: "a") != nil)
      #expect(try oauth.consent(of: Self.alice, to: "b") == nil)
      try oauth.removeConsents(of: Self.alice)
      #expect(try oauth.consent(of: Self.alice, to: "a") == nil)
    }
  }

  @Test("a value can be used again only after it expired", arguments: StoreBackend.allCases)
  func valuesAreUsedOnce(_ backend: StoreBackend) async throws {
    try await with(backend) { oauth throws in
      #expect(try oauth.useOnce([1], until: 10, at: 5))
      #expect(try !oauth.useOnce([1], until: 20, at: 9))
      #expect(try oauth.useOnce([2], until: 10, at: 9))
      #expect(try oauth.useOnce([1], until: 20, at: 10))
      #expect(try !oauth.useOnce([1], until: 20, at: 19))
    }
  }

  @Test("permission sets are stored with failures", arguments: StoreBackend.allCases)
  func permissionSetsAreStored(_ backend: StoreBackend) async throws {
    try await with(backend) { oauth throws in
      var set = StoredPermissionSet(
        nsid: "com.example.basic",
        document: nil,
        checkedAt: 1,
        resolvedAt: nil,
        expiresAt: 9
      )
      try oauth.set(set)
      #expect(try oauth.permissionSet("com.example.basic") == set)
      #expect(try oauth.permissionSet("com.example.other") == nil)
      set.document = [1, 2]
      set.resolvedAt = 2
      try oauth.set(set)
      #expect(try oauth.permissionSet("com.example.basic") == set)
      #expect(try oauth.permissionSetCount() == 1)
    }
  }

  @Test("the rows of an account disappear with it", arguments: StoreBackend.allCases)
  func rowsOfAccountDisappear(_ backend: StoreBackend) async throws {
    try await backend.withStore { store in
      try await store.insertAccounts("alice", "bob")
      try await store.write { transaction throws in
        let oauth = transaction.oauth
        try oauth.set(Self.device("d"))
        for name in ["alice", "bob"] {
          var request = Self.request(name)
          request.did = Sample.did(name)
          try oauth.set(request)
          try oauth.set(Self.session(name, of: name))
          try oauth.addUsedRefreshToken(Array(name.utf8), session: name, expiresAt: 90)
          try oauth.set(Self.signIn("d", of: name))
          try oauth.set(
            OAuthConsent(did: Sample.did(name), clientID: "c", scope: "atproto", grantedAt: 1)
          )
        }
        try oauth.set(Self.request("nobody's"))
        try transaction.accounts.remove(Self.alice)
        for (name, did) in [("alice", Self.alice), ("bob", Self.bob)] {
          let isPresent = name == "bob"
          #expect(try (oauth.request(name) != nil) == isPresent)
          #expect(try (oauth.session(name) != nil) == isPresent)
          #expect(try (oauth.session(refresh: Array(name.utf8)) != nil) == isPresent)
          #expect(try (oauth.devices(of: did).isEmpty) != isPresent)
          #expect(try (oauth.consent(of: did, to: "c") != nil) == isPresent)
        }
        #expect(try oauth.signIns(on: "d").map(\.did) == [Self.bob])
        #expect(try oauth.request("nobody's") != nil)
      }
    }
  }

  @Test("a sweep removes a bounded number of expired rows", arguments: StoreBackend.allCases)
  func expiredRowsAreRemoved(_ backend: StoreBackend) async throws {
    try await with(backend) { oauth throws in
      try oauth.set(Self.session("live", expiresAt: 1_000))
      for index in 0..<5 {
        let id = "\(index)"
        let expiry = index == 4 ? 101 : 100
        try oauth.set(Self.request(id, expiresAt: expiry))
        try oauth.set(Self.session(id, expiresAt: expiry))
        try oauth.addUsedRefreshToken(Array(id.utf8), session: "live", expiresAt: expiry)
        try oauth.set(Self.device(id, expiresAt: expiry))
        try oauth.set(Self.device("live \(id)", expiresAt: 1_000))
        try oauth.set(Self.signIn("live \(id)", expiresAt: expiry))
        _ = try oauth.useOnce(Array(id.utf8), until: expiry, at: 0)
        try oauth.set(
          StoredPermissionSet(
            nsid: NSID("com.example.s\(id)"),
            document: nil,
            checkedAt: 0,
            resolvedAt: nil,
            expiresAt: expiry
          )
        )
      }
      func rest() throws -> [Int] {
        let ids = (0..<5).map { "\($0)" }
        return [
          try ids.count { try oauth.request($0) != nil },
          try ids.count { try oauth.session($0) != nil },
          try ids.count { try oauth.session(refresh: Array($0.utf8)) != nil },
          try ids.count { try oauth.device($0) != nil },
          try ids.count { try !oauth.signIns(on: "live \($0)").isEmpty },
          try oauth.permissionSetCount(),
        ]
      }
      #expect(try !oauth.removeExpired(at: 99, limit: 3))
      #expect(try rest() == [5, 5, 5, 5, 5, 5])
      #expect(try oauth.removeExpired(at: 100, limit: 3))
      #expect(try rest() == [2, 2, 2, 2, 2, 2])
      #expect(try !oauth.removeExpired(at: 100, limit: 3))
      #expect(try rest() == [1, 1, 1, 1, 1, 1])
      #expect(try oauth.session("live") != nil && oauth.device("live 0") != nil)
      #expect(try !oauth.useOnce(Array("4".utf8), until: 200, at: 0))
      #expect(try oauth.useOnce(Array("3".utf8), until: 200, at: 0))
    }
  }

  @Test("a session is removed when its tokens have expired", arguments: StoreBackend.allCases)
  func sessionsWithoutValidTokensAreRemoved(_ backend: StoreBackend) async throws {
    try await with(backend) { oauth throws in
      var session = Self.session("s", expiresAt: 1_000)
      session.refresh?.expiresAt = 70
      try oauth.set(session)
      session = Self.session("t", expiresAt: 1_000)
      session.refresh = nil
      try oauth.set(session)
      _ = try oauth.removeExpired(at: 50, limit: 10)
      #expect(try oauth.session("s") != nil && oauth.session("t") == nil)
      _ = try oauth.removeExpired(at: 70, limit: 10)
      #expect(try oauth.session("s") == nil)
    }
  }

  @Test("additions beyond the bounds remove the oldest", arguments: StoreBackend.allCases)
  func additionsAreBounded(_ backend: StoreBackend) async throws {
    try await with(backend) { oauth throws in
      for index in 0...OAuthBounds.sessionsPerAccount {
        try oauth.add(Self.session("\(index)", at: index))
      }
      #expect(try oauth.sessions(of: Self.alice).count == OAuthBounds.sessionsPerAccount)
      #expect(try oauth.session("0") == nil)
      for index in 0...OAuthBounds.devicesPerAccount {
        try oauth.set(Self.device("\(index)"))
        try oauth.add(Self.signIn("\(index)", at: index))
      }
      #expect(try oauth.devices(of: Self.alice).count == OAuthBounds.devicesPerAccount)
      #expect(try oauth.signIns(on: "0").isEmpty)
    }
  }
}
