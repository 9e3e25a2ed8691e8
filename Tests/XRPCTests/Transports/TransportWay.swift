import ATProtoHTTP
import AsyncHTTPClient
import NIOCore
import Testing
import XRPC
import XRPCAsyncHTTPClient
import XRPCClient
import XRPCServer
import XRPCURLSession

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// Every transport; tests that run over all of them define what a transport does.
enum TransportWay: CaseIterable {
  case asyncHTTPClient, guarded, urlSession, memory

  /// Those that need a server at a port.
  static let sockets: [TransportWay] = [.asyncHTTPClient, .guarded, .urlSession]

  /// Whether a server may close the connection within the head of its response. In that case
  /// FoundationNetworking ends the process ("Transfer completed, but there's no response."), unlike
  /// Foundation on Apple platforms.
  var survivesCutHeads: Bool {
    #if canImport(FoundationNetworking)
    self != .urlSession
    #else
    true
    #endif
  }

  /// - Parameter routes: called directly by transports without a socket.
  func transport(_ routes: [XRPCRoute] = []) -> any HTTPTransport {
    switch self {
    case .asyncHTTPClient: AsyncHTTPClientTransport.shared
    case .guarded:
      GuardedTransport(policy: .development, configuration: Self.patient)
    case .urlSession: URLSessionTransport.shared
    case .memory: InMemoryTransport(routes)
    }
  }

  /// Keeps trying to connect, because the machine may be busy.
  private static var patient: HTTPClient.Configuration {
    var configuration = GuardedTransport.configuration
    configuration.timeout.connect = .seconds(60)
    return configuration
  }

  /// A client of a server that runs while `body` runs.
  func withClient(
    _ routes: [XRPCRoute] = Sample.routes,
    _ body: @escaping @Sendable (XRPCClient) async throws -> Void
  ) async throws {
    if self == .memory {
      let client = XRPCClient(
        service: XRPCClientTests.service,
        transport: transport(routes),
        retry: .never
      )
      return try await body(client)
    }
    try await ServerUnderTest.run(routes) { server in try await body(client(at: server.port)) }
  }

  func client(at port: Int, retry: RetryPolicy = .never) throws -> XRPCClient {
    XRPCClient(
      service: try #require(ServiceEndpoint("http://127.0.0.1:\(port)")),
      transport: transport(),
      retry: retry
    )
  }
}
