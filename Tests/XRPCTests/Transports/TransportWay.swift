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

/// Every transport there is: tests that run over all of them say what a transport is.
enum TransportWay: CaseIterable {
  case asyncHTTPClient, guarded, urlSession, memory

  /// Those that need a server at a port.
  static let sockets: [TransportWay] = [.asyncHTTPClient, .guarded, .urlSession]

  /// Whether a server may end the connection in the head of its answer. FoundationNetworking, but
  /// not Foundation on Apple platforms, ends the process then: "Transfer completed, but there's no
  /// response."
  var survivesCutHeads: Bool {
    #if canImport(FoundationNetworking)
    self != .urlSession
    #else
    true
    #endif
  }

  /// - Parameter routes: answered where there is no socket.
  func transport(_ routes: [XRPCRoute] = []) -> any HTTPTransport {
    switch self {
    case .asyncHTTPClient: AsyncHTTPClientTransport.shared
    case .guarded:
      GuardedTransport(policy: .development, configuration: Self.patient)
    case .urlSession: URLSessionTransport.shared
    case .memory: InMemoryTransport(routes)
    }
  }

  /// Goes on connecting, however busy this machine is.
  private static var patient: HTTPClient.Configuration {
    var configuration = GuardedTransport.configuration
    configuration.timeout.connect = .seconds(60)
    return configuration
  }

  /// A client of a server that runs for as long as `body` takes.
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
