import ATProtoHTTP
import ATProtoSyntax
import Foundation
import HTTPTypes
import Synchronization
import TestSupport
import Testing
import XRPCClient

@Suite struct SessionStoreTests {
  static let service = ServiceEndpoint("https://entry.example")!

  static func session(_ refresh: String) -> StoredSession {
    StoredSession(
      service: service,
      tokens: SessionTokens(
        did: "did:plc:me",
        handle: "me.example",
        access: "a",
        refresh: refresh
      )
    )
  }

  @Test func storeKeepsOneSession() async throws {
    let folder = try TemporaryFolder()
    let stores: [any SessionStore<StoredSession>] = [
      MemorySessionStore(), FileSessionStore(path: "\(folder.path)/session.json"),
    ]
    for store in stores {
      #expect(try await store.load() == nil)
      try await store.clear()
      try await store.save(Self.session("r1"))
      try await store.save(Self.session("r2"))
      #expect(try await store.load() == Self.session("r2"))
      try await store.clear()
      #expect(try await store.load() == nil)
    }
  }

  @Test func fileIsReadableOnlyByItsOwner() async throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/session.json"
    // Permissions of an existing file are not kept.
    try folder.write("{}", to: "session.json")
    try await FileSessionStore(path: path).save(Self.session("r"))
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    #expect(attributes[.posixPermissions] as? Int == 0o600)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["session.json"])
  }

  @Test(arguments: ["", "{}", "[", #"{"service":"https://a.example"}"#])
  func otherFilesAreRefused(_ text: String) async throws {
    let folder = try TemporaryFolder()
    try folder.write(text, to: "session.json")
    await #expect(throws: SessionStoreError(code: .malformed, reason: "")) {
      try await FileSessionStore(path: "\(folder.path)/session.json").load()
    }
  }

  @Test func writeErrorNamesTheFile() async throws {
    let folder = try TemporaryFolder()
    await #expect(throws: SessionStoreError(code: .unwritable, reason: "")) {
      try await FileSessionStore(path: "\(folder.path)/none/session.json").save(Self.session("r"))
    }
  }

  /// Responds to a login with a DID document.
  private func transport(document: String) -> ScriptedTransport {
    ScriptedTransport { request, _ in
      switch request.path {
      case "/xrpc/com.atproto.server.createSession":
        .json(
          #"{"did":"did:plc:me","handle":"me.example","accessJwt":"a","refreshJwt":"r0","#
            + #""didDoc":\#(document)}"#
        )
      case "/xrpc/com.atproto.server.refreshSession":
        .json(
          #"{"did":"did:plc:me","handle":"me.example","accessJwt":"b","refreshJwt":"r1"}"#
        )
      case "/xrpc/com.atproto.server.deleteSession":
        HTTPTransportResponse(head: HTTPResponse(status: .ok))
      default:
        request.headerFields[.authorization] == "Bearer b"
          ? .json(#"{"text":"x"}"#)
          : .json(#"{"error":"ExpiredToken"}"#, status: .badRequest)
      }
    }
  }

  private static func document(
    did: String = "did:plc:me",
    id: String = "#atproto_pds",
    type: String = "AtprotoPersonalDataServer",
    url: String = "https://pds.example"
  ) -> String {
    ##"{"id":"\##(did)","service":[{"id":"#x","type":"x","serviceEndpoint":"https://x.example"},"##
      + ##"{"id":"\##(id)","type":"\##(type)","serviceEndpoint":"\##(url)"}]}"##
  }

  @Test(
    arguments: [
      (document(), "https://pds.example"),
      (document(id: "did:plc:me#atproto_pds"), "https://pds.example"),
      (document(did: "did:plc:other"), "https://entry.example"),
      (document(id: "did:plc:other#atproto_pds"), "https://entry.example"),
      (document(type: "Other"), "https://entry.example"),
      (document(url: "http://pds.example"), "https://entry.example"),
      (document(url: "https://pds.example/path"), "https://entry.example"),
      ("null", "https://entry.example"), ("7", "https://entry.example"),
    ]
  )
  func clientCallsTheAccountsServer(_ document: String, _ expected: String) async throws {
    let client = XRPCClient(service: Self.service, transport: transport(document: document))
    let session = try await client.login(identifier: "me.example", password: "secret")
    #expect("\(session.service)" == expected)
  }

  @Test func storeFollowsRenewalAndLogout() async throws {
    let store = MemorySessionStore()
    let failures = Mutex(0)
    let fail: XRPCClient.StoreFailure = { _ in failures.withLock { $0 += 1 } }
    let anonymous = XRPCClient(
      service: Self.service,
      transport: transport(document: Self.document())
    )
    _ = try await anonymous.login(
      identifier: "me.example",
      password: "secret",
      keptIn: store,
      onStoreFailure: fail
    )
    #expect(await store.load()?.tokens.refresh == "r0")
    let resumed = try #require(
      try await anonymous.resuming(from: store, onStoreFailure: fail)
    )
    #expect("\(resumed.service)" == "https://pds.example")
    _ = try await resumed.query(Sample.GetThing.self, .init(actor: "a.example"))
    #expect(await store.load()?.tokens.refresh == "r1")
    try await resumed.logout()
    #expect(await store.load() == nil)
    #expect(try await anonymous.resuming(from: store, onStoreFailure: fail)?.service == nil)
    #expect(failures.withLock { $0 } == 0)
  }

  @Test func storeFailureIsReported() async throws {
    let folder = try TemporaryFolder()
    let failures = Mutex<[SessionStoreError.Code]>([])
    let client = XRPCClient(service: Self.service, transport: transport(document: "{}"))
    let session = try await client.login(
      identifier: "me.example",
      password: "secret",
      keptIn: FileSessionStore(path: "\(folder.path)/none/session.json")
    ) { error in failures.withLock { $0.append(error.code) } }
    _ = try await session.query(Sample.GetThing.self, .init(actor: "a.example"))
    #expect(failures.withLock { $0 } == [.unwritable, .unwritable])
  }

  /// A server that accepts each refresh token once, and several processes, represented by their
  /// stores, that find the same session expired.
  @Test func sharedSessionIsRenewedOnce() async throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/session.json"
    try await FileSessionStore(path: path).save(Self.session("r0"))
    let renewals = Mutex(0)
    let transport = ScriptedTransport { request, _ throws(TransportError) in
      let bearer = request.headerFields[.authorization] ?? ""
      let number = renewals.withLock { $0 }
      guard request.path?.hasSuffix("refreshSession") == true else {
        return number > 0 && bearer == "Bearer a\(number)"
          ? .json(#"{"text":"x"}"#)
          : .json(#"{"error":"ExpiredToken","message":"old"}"#, status: .badRequest)
      }
      try? await Task.sleep(for: .milliseconds(30))
      let isTaken = renewals.withLock { renewals in
        guard bearer == "Bearer r\(renewals)" else { return false }
        renewals += 1
        return true
      }
      guard isTaken else {
        return .json(#"{"error":"ExpiredToken","message":"used"}"#, status: .badRequest)
      }
      return .json(
        """
        {"did":"did:plc:me","handle":"me.example","accessJwt":"a\(number + 1)",\
        "refreshJwt":"r\(number + 1)"}
        """
      )
    }
    try await withThrowingTaskGroup(of: String.self) { group in
      for _ in 0..<8 {
        group.addTask {
          let anonymous = XRPCClient(service: Self.service, transport: transport)
          let client = try #require(
            try await anonymous.resuming(from: FileSessionStore(path: path)) {
              Issue.record($0)
            }
          )
          return try await client.query(Sample.GetThing.self, .init(actor: "a.example")).text
        }
      }
      for try await text in group { #expect(text == "x") }
    }
    #expect(renewals.withLock { $0 } == 1)
    #expect(try await FileSessionStore(path: path).load()?.tokens.refresh == "r1")
  }
}
