import ATProtoHTTP
import ATProtoIdentity
import ATProtoSyntax
import HTTPTypes
import Testing

@Suite struct HandleResolverTests {
  static let name = "_atproto.alice.com"
  static let oneDID: DID = "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa"
  static let one = oneDID.string
  static let two = "did:plc:bbbbbbbbbbbbbbbbbbbbbbbb"

  /// What DNS and the server return, and the resolved DID or the error.
  struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var records: [String]
    var served: HTTPTransportResponse?
    var expected: Result<DID, IdentityError>

    init(
      _ name: String,
      _ records: [String],
      _ served: HTTPTransportResponse?,
      did: DID
    ) {
      testDescription = name
      self.records = records
      self.served = served
      expected = .success(did)
    }

    init(
      _ name: String,
      _ records: [String],
      _ served: HTTPTransportResponse?,
      fails code: IdentityError.Code
    ) {
      testDescription = name
      self.records = records
      self.served = served
      expected = .failure(IdentityError(code, ""))
    }
  }

  static let cases: [Case] = [
    Case("record", ["did=\(one)"], nil, did: oneDID),
    Case("other records", ["v=spf1", "did=\(one)", "DID=\(two)", "did: x"], nil, did: oneDID),
    Case("invalid record and another", ["did=nothing", "did=\(one)"], nil, did: oneDID),
    Case("repeated record", ["did=\(one)", "did=\(one)"], nil, did: oneDID),
    Case("two records", ["did=\(one)", "did=\(two)"], .init(.ok, one), fails: .ambiguous),
    Case("record before server", ["did=\(one)"], .init(.ok, two), did: oneDID),
    Case("server", [], .init(.ok, one), did: oneDID),
    Case("white space", [], .init(.ok, " \r\n\(one)\r\n"), did: oneDID),
    Case("second line", [], .init(.ok, "\(one)\nmore"), did: oneDID),
    Case("invalid record, server", ["did="], .init(.ok, one), did: oneDID),
    Case("web page", [], .init(.ok, "<html>\(one)"), fails: .notFound),
    Case("not UTF-8", [], .init(head: .init(status: .ok), body: [0xFF, 0xFE]), fails: .notFound),
    Case("empty", [], .init(.ok), fails: .notFound),
    Case("prefix", [], .init(.ok, "did=\(one)"), fails: .notFound),
    Case("not found", [], .init(.notFound, one), fails: .notFound),
    Case("server error", [], .init(.internalServerError, one), fails: .unreachable),
    Case("no server", [], nil, fails: .unreachable),
    Case("redirect without a location", [], .init(.found), fails: .badRedirect),
    Case("redirect to HTTP", [], .init(.found, location: "http://a.com/"), fails: .badRedirect),
    Case("redirect to a file", [], .init(.found, location: "file:///x"), fails: .badRedirect),
    Case("redirect to itself", [], .init(.found, location: "/"), fails: .badRedirect),
  ]

  @Test(arguments: cases) func handlesAreResolvedOrRefused(_ test: Case) async {
    let transport = StubTransport { _ throws(TransportError) in
      guard let served = test.served else {
        throw TransportError(code: .cannotConnect, reason: "no server")
      }
      return served
    }
    let resolver = HandleResolver(
      txt: FixedTXTResolver([Self.name: test.records]),
      transport: transport
    )
    let found: Result<DID, IdentityError>
    do throws(IdentityError) {
      found = .success(try await resolver.resolve("Alice.com"))
    } catch {
      found = .failure(error)
    }
    #expect(found == test.expected)
    #expect(transport.requests.count <= 6)
  }

  @Test func redirectsAreFollowedWithinLimits() async throws {
    let transport = StubTransport { url throws(TransportError) in
      switch url {
      case "https://alice.com/.well-known/atproto-did": .init(.movedPermanently, location: "/a")
      case "https://alice.com/a": .init(.found, location: "//b.com/b?x")
      case "https://b.com/b?x": .init(.temporaryRedirect, location: "https://c.com:8443/c")
      case "https://c.com:8443/c": .init(.ok, Self.one)
      default: .init(.notFound)
      }
    }
    let resolver = HandleResolver(txt: FixedTXTResolver(), transport: transport)
    #expect(try await resolver.resolve("alice.com").string == Self.one)
    #expect(transport.requests.count == 4)
  }

  @Test(
    arguments: [
      "a.local", "a.arpa", "a.onion", "a.internal", "a.localhost", "a.example", "a.alt",
      "handle.invalid", "alice.test",
    ] as [Handle]
  )
  func reservedTopLevelDomainsAreNotLookedUp(_ handle: Handle) async {
    let transport = StubTransport { _ throws(TransportError) in .init(.ok, Self.one) }
    let resolver = HandleResolver(
      txt: FixedTXTResolver(["_atproto.\(handle)": ["did=\(Self.one)"]]),
      transport: transport
    )
    await #expect(throws: IdentityError(.disallowed, "")) { try await resolver.resolve(handle) }
    #expect(transport.requests.isEmpty)
  }

  @Test func testHandlesAreResolvedInDevelopment() async throws {
    let transport = StubTransport { _ throws(TransportError) in .init(.ok, Self.one) }
    let resolver = HandleResolver(
      txt: FixedTXTResolver(),
      transport: transport,
      development: HandleResolver.Development(port: 2583)
    )
    #expect(try await resolver.resolve("alice.test").string == Self.one)
    #expect(transport.requests == ["http://alice.test:2583/.well-known/atproto-did"])
  }

  /// With `_atproto.` in front, 244 bytes are the most that DNS allows.
  @Test func longHandlesAreResolvedOnlyByHTTPS() async throws {
    let label = String(repeating: "a", count: 60)
    let handle = try Handle("\(label).\(label).\(label).\(label).com")
    let transport = StubTransport { _ throws(TransportError) in .init(.ok, Self.one) }
    let resolver = HandleResolver(
      txt: FixedTXTResolver(["_atproto.\(handle)": ["did=\(Self.two)"]]),
      transport: transport
    )
    #expect(try await resolver.resolve(handle).string == Self.one)
  }
}
