import ATProtoHTTP
import AsyncHTTPClient
import Logging
import MetricsTestKit
import NIOCore
import NIOHTTP1
import NIOSSL
import ServiceLifecycle
import TestSupport
import Testing
import XRPC
import XRPCAsyncHTTPClient
import XRPCClient
import XRPCServer
import XRPCServerTLS

/// The server over TLS, with HTTP/2 and without.
@Suite struct XRPCServerTLSTests {
  /// Runs the server while `body` runs, which gets a URL and a client that trusts the certificate.
  private func withServer(
    _ routes: [XRPCRoute],
    allowsHTTP2: Bool,
    _ body: @escaping @Sendable (String, HTTPClient, ServerUnderTest) async throws -> Void
  ) async throws {
    let folder = try TemporaryFolder()
    try folder.write(TestCertificate.certificate, to: "certificate.pem")
    try folder.write(TestCertificate.key, to: "key.pem")
    let tls = try TLSConfiguration.serving(
      certificateFile: folder.path + "/certificate.pem",
      keyFile: folder.path + "/key.pem"
    )
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    let metrics = TestMetrics()
    var configuration = XRPCServerConfiguration(port: 0)
    configuration.metrics = metrics
    let server = XRPCServer(routes, configuration: configuration, logger: logger)
    let (ports, continuation) = AsyncStream<Int>.makeStream()
    let application = try server.application(tls: tls, allowsHTTP2: allowsHTTP2) {
      continuation.yield($0)
    }
    let services = ServiceGroup(services: [application], logger: logger)
    var settings = HTTPClient.Configuration(tlsConfiguration: try Self.trusting())
    settings.dnsOverride = ["host.example.com": "127.0.0.1"]
    let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: settings)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await services.run() }
      var iterator = ports.makeAsyncIterator()
      let port = try #require(await iterator.next())
      do {
        let test = ServerUnderTest(port: port, services: services, metrics: metrics)
        try await body("https://host.example.com:\(port)", client, test)
      } catch {
        Issue.record(error)
      }
      try await client.shutdown()
      await services.triggerGracefulShutdown()
      try await group.waitForAll()
    }
  }

  private func get(
    _ url: String,
    _ client: HTTPClient
  ) async throws -> (HTTPClientResponse, ByteBuffer) {
    let response = try await client.execute(HTTPClientRequest(url: url), timeout: .seconds(60))
    return (response, try await response.body.collect(upTo: 64 << 20))
  }

  @Test(arguments: [true, false])
  func requestsOverTLSAreAnswered(_ allowsHTTP2: Bool) async throws {
    try await withServer(Sample.routes + [ConnectionGuardTests.large], allowsHTTP2: allowsHTTP2) {
      url,
      client,
      _ in
      let path = "/xrpc/com.example.thing.getThing?actor=a.example&limit="
      try await withThrowingTaskGroup(of: Void.self) { group in
        for limit in 1...50 {
          group.addTask {
            let (response, body) = try await get(url + path + "\(limit)", client)
            #expect(response.version.major == (allowsHTTP2 ? 2 : 1))
            #expect(response.status == .ok)
            #expect(String(buffer: body).contains("\"count\":\(limit)"))
          }
        }
        try await group.waitForAll()
      }
      let (refused, error) = try await get(url + path + "1000", client)
      #expect(refused.status == .badRequest)
      #expect(String(buffer: error).contains("InvalidRequest"))
      let (large, bytes) = try await get(url + "/xrpc/com.example.thing.getBytes", client)
      #expect(large.status == .ok)
      #expect(bytes.readableBytes == ConnectionGuardTests.bytes)
    }
  }

  /// `wss`, to a trusted server and to an untrusted one.
  @Test(arguments: [true, false])
  func eventStreamsWorkOverTLS(_ allowsHTTP2: Bool) async throws {
    try await withServer(Sample.routes, allowsHTTP2: allowsHTTP2) { _, client, server in
      var trusting = try Self.trusting()
      // The certificate is for names, and the connection goes to an IP address.
      trusting.certificateVerification = .noHostnameVerification
      let service = try #require(ServiceEndpoint("https://127.0.0.1:\(server.port)"))
      let caller = XRPCClient(
        service: service,
        transport: AsyncHTTPClientTransport(client: client, tls: trusting)
      )
      var events = try await caller.subscribe(Sample.Watch.self, .init(cursor: 5))
        .makeAsyncIterator()
      for sequence in 5...7 {
        #expect(try await events.next() == .tick(Sample.Watch.Tick(seq: sequence)))
      }
      let stranger = XRPCClient(
        service: service,
        transport: AsyncHTTPClientTransport(client: client)
      )
      await #expect(throws: XRPCError<UnknownFailure>.self) {
        _ = try await stranger.subscribe(Sample.Watch.self, .init(cursor: 5))
      }
    }
  }

  /// A certificate that is valid for its hostname but not for another one.
  @Test func webSocketToAnotherHostNameIsRefused() async throws {
    try await withServer(Sample.routes, allowsHTTP2: true) { _, _, server in
      let here = IPAddress("127.0.0.1")!
      var configuration = GuardedTransport.configuration
      configuration.tlsConfiguration = try Self.trusting()
      let transport = GuardedTransport(
        policy: .development,
        resolver: FixedHostResolver(["host.example.com": [here], "carol.test": [here]]),
        configuration: configuration
      )
      func ticks(_ host: String) async throws -> XRPCEventStream<Sample.Watch.Message> {
        let service = try #require(ServiceEndpoint("https://\(host):\(server.port)"))
        let client = XRPCClient(service: service, transport: transport)
        return try await client.subscribe(Sample.Watch.self, .init(cursor: 5))
      }
      var events = try await ticks("host.example.com").makeAsyncIterator()
      #expect(try await events.next() == .tick(Sample.Watch.Tick(seq: 5)))
      for host in ["carol.test", "127.0.0.1"] {
        let refused = TransportError(code: .cannotConnect, reason: "")
        await #expect(throws: XRPCError<UnknownFailure>.transport(refused)) {
          _ = try await ticks(host)
        }
      }
    }
  }

  private static func trusting() throws -> TLSConfiguration {
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.trustRoots = .certificates(
      try NIOSSLCertificate.fromPEMBytes(Array(TestCertificate.certificate.utf8))
    )
    return configuration
  }

  @Test(arguments: [true, false])
  func shutdownWaitsForRequestsInProgress(_ allowsHTTP2: Bool) async throws {
    let gate = Gate()
    let routes = Sample.routes(holding: gate)
    try await withServer(routes, allowsHTTP2: allowsHTTP2) { url, client, server in
      defer { gate.open() }
      let path = "/xrpc/com.example.thing.getThing?actor=held.example&limit="
      try await withThrowingTaskGroup(of: Void.self) { group in
        // As many connections as the client opens to one host, or streams on one connection.
        for limit in 1...8 {
          group.addTask {
            let (response, body) = try await get(url + path + "\(limit)", client)
            #expect(response.status == .ok)
            #expect(response.version.major == (allowsHTTP2 ? 2 : 1))
            #expect(String(buffer: body).contains("\"count\":\(limit)"))
          }
        }
        try await until { gate.arrivals == 8 }
        #expect(server.inFlight == 8)
        try await server.announceShutdown()
        gate.open()
        try await group.waitForAll()
      }
    }
  }

  /// The handler finished long ago, but the client has not read all of the response.
  @Test(arguments: [true, false])
  func shutdownWaitsForALargeResponse(_ allowsHTTP2: Bool) async throws {
    try await withServer([ConnectionGuardTests.large], allowsHTTP2: allowsHTTP2) {
      url,
      client,
      server in
      let request = HTTPClientRequest(url: url + "/xrpc/com.example.thing.getBytes")
      let response = try await client.execute(request, timeout: .seconds(60))
      var count = 0
      for try await buffer in response.body {
        if count == 0 {
          try await server.announceShutdown()
        }
        count += buffer.readableBytes
      }
      #expect(count == ConnectionGuardTests.bytes)
    }
  }
}
