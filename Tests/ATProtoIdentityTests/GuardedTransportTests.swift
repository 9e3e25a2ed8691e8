import ATProtoHTTP
import ATProtoIdentity
import ATProtoSyntax
import AsyncHTTPClient
import HTTPTypes
import NIOCore
import Synchronization
import Testing
import XRPCAsyncHTTPClient

/// Over real sockets: TLS, redirects, sizes, timeouts, and IP addresses.
@Suite struct GuardedTransportTests {
  static let here = IPAddress("127.0.0.1")!

  static func transport(
    _ policy: IPAddressPolicy = .development,
    _ resolver: any HostResolver = FixedHostResolver([
      "alice.test": [here], "bob.test": [here], "carol.test": [here],
      "private.test": [IPAddress("10.0.0.1")!],
    ])
  ) throws -> GuardedTransport {
    var configuration = GuardedTransport.configuration
    configuration.tlsConfiguration = try TLSFixture.client()
    // Generous, because the machine may be busy; tests of timeouts set a limit on the call.
    configuration.timeout.connect = .seconds(60)
    return GuardedTransport(policy: policy, resolver: resolver, configuration: configuration)
  }

  static func handles(
    _ transport: GuardedTransport,
    _ port: UInt16,
    _ limits: OutgoingLimits = OutgoingLimits(timeout: .seconds(60), maximumRedirects: 5)
  ) -> HandleResolver {
    HandleResolver(
      txt: FixedTXTResolver(),
      transport: transport,
      limits: limits,
      development: HandleResolver.Development(scheme: "https", port: port)
    )
  }

  @Test func handleIsResolvedOverTLS() async throws {
    try await LyingServer().run { port in
      let resolver = Self.handles(try Self.transport(), port)
      #expect(try await resolver.resolve("alice.test").string == LyingServer.did)
      // A certificate for another name.
      await #expect(throws: IdentityError(.unreachable, "")) {
        try await resolver.resolve("carol.test")
      }
      // A certificate that is not trusted.
      let strict = GuardedTransport(
        policy: .development,
        resolver: FixedHostResolver(["alice.test": [Self.here]])
      )
      await #expect(throws: IdentityError(.unreachable, "")) {
        try await Self.handles(strict, port).resolve("alice.test")
      }
    }
  }

  @Test func loopbackIsRefused() async throws {
    let server = LyingServer()
    try await server.run { port in
      let transport = try Self.transport(.publicOnly)
      for handle in ["alice.test", "private.test"] as [Handle] {
        await #expect(throws: IdentityError(.refusedAddress, "")) {
          try await Self.handles(transport, port).resolve(handle)
        }
      }
    }
    #expect(server.requestCount == 0)
  }

  /// The IP address decides, however the host is written in the URL.
  @Test(arguments: [
    "127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0", "169.254.169.254", "[fe80::1]",
    "[64:ff9b::7f00:1]", "localhost", "127.1", "2130706433", "0x7f000001",
  ])
  func ipAddressesInURLsAreChecked(_ host: String) async throws {
    let url = try #require(HTTPURL("http://\(host):9"))
    let transport = GuardedTransport()
    let refused = TransportError(code: .refusedAddress, reason: "")
    await #expect(throws: refused) {
      try await transport.send(url.request(), body: nil, options: TransportOptions())
    }
  }

  /// Returns the given addresses, the next ones on each call.
  final class Rebinding: HostResolver {
    private let answers: Mutex<[[IPAddress]]>

    init(_ answers: [[IPAddress]]) {
      self.answers = Mutex(answers)
    }

    var left: Int { answers.withLock { $0.count } }

    func addresses(
      of host: String,
      within limit: Duration
    ) async throws(TransportError) -> [IPAddress] {
      answers.withLock { $0.removeFirst() }
    }
  }

  @Test func everyRequestAndRedirectIsChecked() async throws {
    let server = LyingServer()
    try await server.run { port in
      let resolver = Rebinding([[Self.here], [IPAddress("10.0.0.1")!], [Self.here]])
      let handles = Self.handles(try Self.transport(.development, resolver), port)
      #expect(try await handles.resolve("alice.test").string == LyingServer.did)
      // The connection is still open, but is not used when the address is not allowed.
      await #expect(throws: IdentityError(.refusedAddress, "")) {
        try await handles.resolve("alice.test")
      }
      #expect(try await handles.resolve("alice.test").string == LyingServer.did)
      // Resolved once for each request: the connection goes to the address that was checked.
      #expect(resolver.left == 0)
    }
    #expect(server.requestCount == 2)
  }

  @Test func refusedAddressesAreSkipped() async throws {
    try await LyingServer().run { port in
      let resolver = Rebinding([[IPAddress("10.0.0.1")!, Self.here]])
      let handles = Self.handles(try Self.transport(.development, resolver), port)
      #expect(try await handles.resolve("alice.test").string == LyingServer.did)
    }
  }

  @Test func nextAddressIsTriedAfterAConnectionError() async throws {
    try await LyingServer().run { port in
      // Nothing listens at the first address.
      let resolver = Rebinding([[IPAddress("127.0.0.77")!, Self.here]])
      let handles = Self.handles(try Self.transport(.development, resolver), port)
      #expect(try await handles.resolve("alice.test").string == LyingServer.did)
    }
  }

  @Test(arguments: [
    ("/loop", IdentityError.Code.badRedirect), ("/private", .refusedAddress),
    ("/named", .refusedAddress), ("/metadata", .badRedirect), ("/megabyte", .tooLarge),
    ("/endless", .tooLarge), ("/slow", .timedOut), ("/trickle", .timedOut),
    ("/deep", .notFound), ("/missing", .notFound),
  ])
  func hostileServersAreRefused(_ path: String, _ code: IdentityError.Code) async throws {
    try await LyingServer().run { port in
      // A server that redirects to the false answer.
      let transport = Detour(base: try Self.transport(), path: path)
      let limits = OutgoingLimits(
        timeout: code == .timedOut ? .milliseconds(300) : .seconds(60),
        maximumBytes: 64 << 10,
        maximumRedirects: 5
      )
      let resolver = HandleResolver(
        txt: FixedTXTResolver(),
        transport: transport,
        limits: limits,
        development: HandleResolver.Development(scheme: "https", port: port)
      )
      await #expect(throws: IdentityError(code, "")) { try await resolver.resolve("alice.test") }
    }
  }

  @Test(arguments: [
    ("/megabyte", IdentityError.Code.tooLarge), ("/deep", .badDocument), ("/wrong", .badDocument),
    ("/loop", .badRedirect), ("/missing", .notFound), ("/.well-known/atproto-did", .badDocument),
  ])
  func documentsOfHostileServersAreRefused(_ path: String, _ code: IdentityError.Code) async throws
  {
    try await LyingServer().run { port in
      let transport = Patient(base: Detour(base: try Self.transport(), path: path, port: port))
      let directory = BaseIdentityDirectory(
        plc: PLCDirectoryClient(transport: transport),
        handles: HandleResolver(txt: FixedTXTResolver(), transport: transport),
        transport: transport
      )
      await #expect(throws: IdentityError(code, "")) {
        try await directory.identity(of: "did:web:alice.test" as DID)
      }
    }
  }

  /// A did:web on this machine, over plain HTTP, as in development.
  @Test func didWebLocalhostNeedsDevelopment() async throws {
    try await LyingServer().run(usesTLS: false) { port in
      for (policy, code) in [
        (IPAddressPolicy.development, nil), (.publicOnly, IdentityError.Code.refusedAddress),
      ] {
        let transport = Patient(base: try Self.transport(policy, SystemHostResolver()))
        let directory = BaseIdentityDirectory(
          plc: PLCDirectoryClient(transport: transport),
          handles: HandleResolver(txt: FixedTXTResolver(), transport: transport),
          transport: transport,
          allowsLocalhost: true
        )
        let did = try DID("did:web:localhost%3A\(port)")
        do throws(IdentityError) {
          _ = try await directory.identity(of: did)
          Issue.record("the document is for did:web:localhost without a port")
        } catch {
          #expect(error.code == code ?? .badDocument)
        }
      }
    }
  }
}

/// Sends the first requests to another path, and possibly another port, than they name.
struct Detour: HTTPTransport {
  let base: GuardedTransport
  let path: String
  var port: UInt16?

  func send(
    _ request: HTTPRequest,
    body: [UInt8]?,
    options: TransportOptions
  ) async throws(TransportError) -> HTTPTransportResponse {
    var request = request
    if request.path?.hasPrefix("/.well-known/") ?? false { request.path = path }
    if let port { request.authority = "\(request.authority ?? ""):\(port)" }
    return try await base.send(request, body: body, options: options)
  }
}

/// Allows a minute for every request, because the machine may be busy.
struct Patient: HTTPTransport {
  let base: any HTTPTransport

  func send(
    _ request: HTTPRequest,
    body: [UInt8]?,
    options: TransportOptions
  ) async throws(TransportError) -> HTTPTransportResponse {
    var options = options
    options.timeout = .seconds(60)
    return try await base.send(request, body: body, options: options)
  }
}
