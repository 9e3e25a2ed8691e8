import ATProtoAuth
import ATProtoCrypto
import ATProtoData
import ATProtoHTTP
import ATProtoIdentity
import ATProtoSyntax
import Foundation
import HTTPTypes
import Synchronization
import TestSupport
import Testing
import XRPC
import XRPCClient

@testable import OAuthClient

/// What every store does.
@Suite struct TokenStoreTests {
  enum Kind: CaseIterable, Sendable {
    case memory, directory

    func store(_ folder: TemporaryFolder) -> any OAuthTokenStore {
      switch self {
      case .memory: MemoryTokenStore()
      case .directory: DirectoryTokenStore(path: folder.path)
      }
    }
  }

  static func session(_ did: DID = "did:plc:alice", refresh: String? = "r") -> StoredOAuthSession {
    StoredOAuthSession(
      did: did,
      handle: "alice.example",
      service: ServiceEndpoint("https://pds.example")!,
      issuer: "https://auth.example",
      clientID: "https://app.example.com/client.json",
      keyID: "key-1",
      dpopKey: PrivateKey(generating: .p256),
      tokens: OAuthTokens(access: "a", refresh: refresh, expiresAt: 12, scope: "atproto x:y")
    )
  }

  static func login(_ state: String, expiresIn seconds: Int = 600) -> PendingLogin {
    PendingLogin(
      state: state,
      issuer: "https://auth.example",
      clientID: "https://app.example.com/client.json",
      keyID: nil,
      redirectURI: "https://app.example.com/callback",
      codeVerifier: "secret",
      dpopKey: PrivateKey(generating: .p256),
      account: state.isEmpty
        ? nil
        : PendingLogin.Account(
          did: "did:plc:alice",
          handle: "alice.example",
          service: ServiceEndpoint("https://pds.example")!
        ),
      appState: "/page",
      expiresAt: Int(Datetime.Instant.now.seconds) + seconds
    )
  }

  @Test(arguments: Kind.allCases)
  func sessionsAreKeptByAccount(_ kind: Kind) async throws {
    let folder = try TemporaryFolder()
    let store = kind.store(folder)
    let (alice, bob) = (Self.session(), Self.session("did:web:bob.example"))
    #expect(try await store.session(of: alice.did) == nil)
    try await store.save(alice)
    try await store.save(bob)
    #expect(try await store.session(of: alice.did) == alice)
    let newer = Self.session(refresh: nil)
    try await store.save(newer)
    #expect(try await store.session(of: alice.did) == newer)
    try await store.removeSession(of: alice.did)
    try await store.removeSession(of: alice.did)
    #expect(try await store.session(of: alice.did) == nil)
    #expect(try await store.session(of: bob.did) == bob)
  }

  @Test(arguments: Kind.allCases)
  func loginIsTakenOnce(_ kind: Kind) async throws {
    let folder = try TemporaryFolder()
    let store = kind.store(folder)
    for number in 0..<4 { try await store.save(Self.login("state-\(number)")) }
    #expect(try await store.takeLogin(state: "other") == nil)
    let taken = try await withThrowingTaskGroup(of: PendingLogin?.self) { group in
      for _ in 0..<12 { group.addTask { try await store.takeLogin(state: "state-2") } }
      return try await group.reduce(into: [PendingLogin]()) {
        if let login = $1 { $0.append(login) }
      }
    }
    #expect(taken.map(\.state) == ["state-2"])
    let login = try #require(taken.first)
    #expect(login.codeVerifier == "secret" && login.appState == "/page" && login.keyID == nil)
    #expect(login.account?.did == "did:plc:alice")
    #expect(try await store.takeLogin(state: "state-3") != nil)
  }

  @Test(arguments: Kind.allCases)
  func accountsExcludeOnlyThemselves(_ kind: Kind) async throws {
    let folder = try TemporaryFolder()
    let store = kind.store(folder)
    let (signal, proceed) = AsyncStream<Void>.makeStream()
    let holder = Task {
      try await store.exclusively("did:plc:alice") { for await _ in signal { break } }
    }
    // Another account does not wait.
    try await store.exclusively("did:plc:bob") {}
    let waiter = Task { try await store.exclusively("did:plc:alice") {} }
    proceed.yield()
    try await holder.value
    try await waiter.value
  }

  @Test func filesAreReadableOnlyByTheirOwner() async throws {
    let folder = try TemporaryFolder()
    let store = DirectoryTokenStore(path: folder.path)
    try await store.save(Self.session())
    try await store.save(Self.login("state"))
    let names = try folder.names()
    #expect(
      names == ["oauth-did:plc:alice.json", "oauth-logins.json", "oauth-logins.json.lock"]
    )
    for name in names {
      let attributes = try FileManager.default.attributesOfItem(atPath: "\(folder.path)/\(name)")
      #expect(attributes[.posixPermissions] as? Int == 0o600, "\(name)")
    }
  }

  @Test(arguments: ["", "{}", "[", #"{"did":"did:plc:alice"}"#, #"{"did":7}"#])
  func otherFilesAreNotSessions(_ text: String) async throws {
    let folder = try TemporaryFolder()
    try folder.write(text, to: "oauth-did:plc:alice.json")
    await #expect(throws: SessionStoreError(code: .malformed, reason: "")) {
      try await DirectoryTokenStore(path: folder.path).session(of: "did:plc:alice")
    }
  }

  @Test func sessionOfAnotherAccountIsRefused() async throws {
    let folder = try TemporaryFolder()
    let store = DirectoryTokenStore(path: folder.path)
    try await store.save(Self.session("did:plc:bob"))
    let text = try folder.text("oauth-did:plc:bob.json")
    try folder.write(text, to: "oauth-did:plc:alice.json")
    await #expect(throws: SessionStoreError(code: .malformed, reason: "")) {
      try await store.session(of: "did:plc:alice")
    }
  }

  @Test func damagedFileOfLoginsIsReplaced() async throws {
    let folder = try TemporaryFolder()
    try folder.write("[{]", to: "oauth-logins.json")
    let store = DirectoryTokenStore(path: folder.path)
    #expect(try await store.takeLogin(state: "a") == nil)
    try await store.save(Self.login("a"))
    #expect(try await store.takeLogin(state: "a") != nil)
  }

  @Test(arguments: Kind.allCases)
  func expiredLoginsAreDropped(_ kind: Kind) async throws {
    let folder = try TemporaryFolder()
    let store: any OAuthTokenStore =
      kind == .memory ? MemoryTokenStore(maximumLogins: 2) : kind.store(folder)
    try await store.save(Self.login("old", expiresIn: -1))
    try await store.save(Self.login("new"))
    try await store.save(Self.login("newest"))
    #expect(try await store.takeLogin(state: "old") == nil)
    #expect(try await store.takeLogin(state: "new") != nil)
  }

  @Test func memoryOfLoginsIsBounded() async throws {
    let store = MemoryTokenStore(maximumLogins: 8)
    for number in 0..<100 {
      await store.save(Self.login("state-\(number)", expiresIn: 100 + number))
    }
    var count = 0
    for number in 0..<100 where await store.takeLogin(state: "state-\(number)") != nil {
      count += 1
      #expect(number > 90)
    }
    #expect((1...8).contains(count))
  }

  @Test func secretsAreNotPrinted() throws {
    let session = Self.session(refresh: "refresh-secret")
    let login = Self.login("state-secret")
    var text = "\(session) \(login) \(String(reflecting: session)) \(String(reflecting: login))"
    dump(session, to: &text)
    dump(login, to: &text)
    dump(try AuthorizationCallback("state=s&code=code-secret&iss=x"), to: &text)
    #expect(!text.contains("secret") && !text.contains(session.dpopKey.multikey))
  }
}
