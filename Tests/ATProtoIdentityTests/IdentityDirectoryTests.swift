import ATProtoHTTP
import ATProtoIdentity
import ATProtoSyntax
import HTTPTypes
import Synchronization
import Testing

@Suite struct IdentityDirectoryTests {
  static let plc: DID = "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa"

  /// A network in which some URLs have responses.
  static func directory(
    _ pages: [String: String],
    txt: [String: [String]] = [:]
  ) -> BaseIdentityDirectory {
    let transport = StubTransport { url throws(TransportError) in
      pages[url].map { .init(.ok, $0) } ?? .init(.notFound)
    }
    return BaseIdentityDirectory(
      plc: PLCDirectoryClient(transport: transport),
      handles: HandleResolver(txt: FixedTXTResolver(txt), transport: transport),
      transport: transport
    )
  }

  /// Records how long requests may take.
  private final class TimeoutLog: HTTPTransport {
    let timeouts = Mutex<[Duration]>([])

    func send(
      _ request: HTTPRequest,
      body: [UInt8]?,
      options: TransportOptions
    ) async throws(TransportError) -> HTTPTransportResponse {
      timeouts.withLock { $0.append(options.timeout) }
      return HTTPTransportResponse(.notFound)
    }
  }

  @Test("a document is fetched within the limits of the directory", arguments: [5, 10])
  func documentIsFetchedWithinTheLimits(_ seconds: Int) async throws {
    let log = TimeoutLog()
    let limits = seconds == 5 ? OutgoingLimits.document : OutgoingLimits(timeout: .seconds(10))
    let directory = BaseIdentityDirectory(
      plc: PLCDirectoryClient(transport: log, limits: limits),
      handles: HandleResolver(txt: FixedTXTResolver(), transport: log),
      transport: log,
      limits: limits
    )
    for did in [Self.plc, "did:web:bob.com"] {
      await #expect(throws: IdentityError.self) { _ = try await directory.document(of: did) }
    }
    let timeouts = log.timeouts.withLock { $0 }
    #expect(timeouts.count == 2)
    for timeout in timeouts {
      #expect(timeout <= .seconds(seconds) && timeout > .seconds(seconds - 4))
    }
  }

  static func document(_ did: DID, _ handle: String) -> String {
    #"{"id":"\#(did)","alsoKnownAs":["at://\#(handle)"]}"#
  }

  @Test func handleIsConfirmedInBothDirections() async throws {
    let directory = Self.directory(
      [
        "https://plc.directory/\(Self.plc)": Self.document(Self.plc, "Alice.com"),
        "https://bob.com/.well-known/did.json": Self.document("did:web:bob.com", "bob.com"),
        "https://bob.com/.well-known/atproto-did": "did:web:bob.com",
        "https://mallory.com/.well-known/atproto-did": Self.plc.string,
        "https://lost.com/.well-known/did.json": Self.document("did:web:lost.com", "gone.com"),
        "https://thief.com/.well-known/did.json": Self.document("did:web:thief.com", "alice.com"),
      ],
      txt: ["_atproto.alice.com": ["did=\(Self.plc)"]]
    )
    let alice = try await directory.identity(of: Self.plc)
    #expect(alice.handle == "alice.com" && alice.did == Self.plc)
    #expect(try await directory.identity(of: "ALICE.com" as Handle) == alice)
    #expect(try await directory.identity(of: .handle("alice.com")) == alice)
    let bob = try await directory.identity(of: "did:web:bob.com" as DID)
    #expect(bob.handle == "bob.com")
    // A handle that resolves to a DID that does not claim it.
    await #expect(throws: IdentityError(.mismatch, "")) {
      try await directory.identity(of: "mallory.com" as Handle)
    }
    // A DID that claims a handle that resolves to another DID, or does not resolve.
    for did in ["did:web:thief.com", "did:web:lost.com"] as [DID] {
      let identity = try await directory.identity(of: did)
      #expect(identity.handle == .invalid && !identity.hasConfirmedHandle)
    }
  }

  @Test(
    arguments: [
      ("did:key:zQ3shZc2QzApp2oymGvQbzP8eKheVshBHbU4ZYjeXqwSKEn6N", .unsupportedMethod),
      ("did:plc:short", .disallowed), ("did:plc:AAAAAAAAAAAAAAAAAAAAAAAA", .disallowed),
      ("did:plc:aaaaaaaaaaaaaaaaaaaaaaa1", .disallowed),
      ("did:plc:..%2F..%2Faaaaaaaaaaaaaa", .disallowed),
      ("did:web:localhost", .disallowed), ("did:web:a.b:c", .disallowed),
      ("did:plc:bbbbbbbbbbbbbbbbbbbbbbbb", .notFound), ("did:web:none.com", .notFound),
    ] as [(DID, IdentityError.Code)]
  )
  func invalidAndUnknownDIDsAreRefused(_ did: DID, _ code: IdentityError.Code) async {
    await #expect(throws: IdentityError(code, "")) {
      try await Self.directory([:]).identity(of: did)
    }
  }

  @Test func memoryDirectoryReturnsWhatWasInserted() async throws {
    let document = try DIDDocument(json: Array(Self.document(Self.plc, "a.com").utf8), of: Self.plc)
    let directory = MemoryIdentityDirectory([Identity(document: document, handle: "a.com")])
    #expect(try await directory.identity(of: "A.com" as Handle).did == Self.plc)
    directory.insert(Identity(document: document, handle: .invalid))
    await #expect(throws: IdentityError(.notFound, "")) { try await directory.did(of: "a.com") }
    await directory.purge(Self.plc, handle: nil)
    #expect(directory.purged == [Self.plc])
  }
}
