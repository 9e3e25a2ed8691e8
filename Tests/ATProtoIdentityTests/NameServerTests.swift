import ATProtoHTTP
import ATProtoIdentity
import ATProtoSyntax
import HTTPTypes
import TestSupport
import Testing

/// Against a real server. Skipped if Debian's package `dnsmasq-base` is not installed.
@Suite(.enabled(if: NameServer.isInstalled, "no name server: install dnsmasq-base"))
struct NameServerTests {
  static let one = HandleResolverTests.one
  static let two = HandleResolverTests.two

  static func resolver(_ server: NameServer) throws -> SystemTXTResolver {
    let address = try #require(SystemTXTResolver.Server("127.0.0.1:\(server.port)"))
    return SystemTXTResolver(server: address)
  }

  /// Retries until the server has started.
  static func texts(of name: String, _ server: NameServer) async throws -> [String] {
    let deadline = ContinuousClock.now + .seconds(60)
    while true {
      do {
        return try await resolver(server).texts(of: name, within: .seconds(5))
      } catch {
        guard ContinuousClock.now < deadline else { throw error }
      }
      try server.revive()
      try await Task.sleep(for: .milliseconds(50))
    }
  }

  @Test func txtRecordsAreDecoded() async throws {
    let long = String(repeating: "x", count: 250)
    let server = try NameServer([
      ("_atproto.one.com", "did=\(Self.one)"),
      ("_atproto.many.com", "v=spf1 -all"), ("_atproto.many.com", "did=\(Self.two)"),
      // Several strings of one record are joined.
      ("_atproto.split.com", "did=did:plc:,aaaaaaaaaaaa,aaaaaaaaaaaa"),
      // More than fits in a datagram of 512 bytes: the response is truncated, and the query
      // repeated over TCP.
      ("_atproto.long.com", "\(long),\(long),\(long),\(long)"),
    ])
    #expect(try await Self.texts(of: "_atproto.one.com", server) == ["did=\(Self.one)"])
    let many = try await Self.texts(of: "_atproto.many.com", server)
    #expect(many.sorted() == ["did=\(Self.two)", "v=spf1 -all"])
    #expect(try await Self.texts(of: "_atproto.split.com", server) == ["did=\(Self.one)"])
    let joined = String(repeating: long, count: 4)
    #expect(try await Self.texts(of: "_atproto.long.com", server) == [joined])
    #expect(try await Self.texts(of: "_atproto.none.com", server) == [])
  }

  @Test func handlesAreResolvedByDNS() async throws {
    let server = try NameServer([
      ("_atproto.one.com", "did=\(Self.one)"),
      ("_atproto.two.com", "did=\(Self.one)"), ("_atproto.two.com", "did=\(Self.two)"),
    ])
    _ = try await Self.texts(of: "_atproto.one.com", server)
    let resolver = HandleResolver(
      txt: try Self.resolver(server),
      transport: StubTransport { _ throws(TransportError) in .init(.notFound) },
      limits: OutgoingLimits(timeout: .seconds(60))
    )
    #expect(try await resolver.resolve("one.com").string == Self.one)
    await #expect(throws: IdentityError(.ambiguous, "")) { try await resolver.resolve("two.com") }
    await #expect(throws: IdentityError(.notFound, "")) { try await resolver.resolve("none.com") }
  }
}

@Suite struct SilentNameServerTests {
  @Test func silentNameServerTimesOut() async throws {
    let silence = try UDPSocket()
    let server = try #require(SystemTXTResolver.Server("127.0.0.1:\(silence.port)"))
    let resolver = SystemTXTResolver(server: server)
    await #expect(throws: IdentityError(.timedOut, "")) {
      try await resolver.texts(of: "_atproto.one.com", within: .milliseconds(100))
    }
  }

  /// The handle's own server may respond although the name servers do not.
  @Test func httpsIsUsedIfNameServersAreSilent() async throws {
    let silence = try UDPSocket()
    let server = try #require(SystemTXTResolver.Server("127.0.0.1:\(silence.port)"))
    let resolver = HandleResolver(
      txt: SystemTXTResolver(server: server),
      transport: StubTransport { _ throws(TransportError) in .init(.ok, HandleResolverTests.one) },
      limits: OutgoingLimits(timeout: .seconds(2))
    )
    #expect(try await resolver.resolve("one.com").string == HandleResolverTests.one)
  }

  @Test(arguments: ["", "localhost", "::1", "1.2.3.4:0", "1.2.3.4:x", "1.2.3.4:5:6", "1.2.3"])
  func invalidNameServersAreRefused(_ text: String) {
    #expect(SystemTXTResolver.Server(text) == nil)
  }
}
