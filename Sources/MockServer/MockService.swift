public import Hummingbird
public import Logging
import NIOCore
public import ServiceKit
import XRPCServer

/// An XRPC server from lexicons alone: every method answers valid samples, for tests of clients.
///
///     let lexicons = MockLexicons(paths: ["lexicons"])
///     try await MockService(lexicons, MockConfiguration(), logger: logger).run { print($0) }
public struct MockService: Sendable {
  /// 127.0.0.1, with the port of the configuration.
  public let address: ListenAddress
  /// Logs the start and the shutdown.
  public let logger: Logger
  /// The number of queries, procedures, and subscriptions.
  public var methodCount: Int { methods.methods.count }
  private let methods: MockMethods

  /// Creates a server for lexicons.
  public init(_ lexicons: MockLexicons, _ configuration: MockConfiguration, logger: Logger) {
    self.logger = logger
    address = configuration.listenAddress
    methods = MockMethods(lexicons, configuration)
  }

  /// The DID of a server that listens on a port.
  public static func did(port: Int) -> String { "did:web:localhost%3A\(port)" }
}

extension MockService: NetworkService {
  /// Clients of a mock server do not need to finish.
  public var shutdownTimeout: Duration { .seconds(2) }

  /// The HTTP/1.1 server, with WebSockets for the subscriptions.
  public func application(
    onListening: @escaping @Sendable (String) async -> Void = { _ in }
  ) -> Application<MockResponder> {
    var configuration = XRPCServerConfiguration(host: address.host, port: address.port)
    configuration.shutdownTimeout = shutdownTimeout
    // Its responder is not used, only its event streams.
    let server = XRPCServer(methods.routes, configuration: configuration, logger: logger)
    return Application(
      responder: MockResponder(methods: methods),
      server: .http1(configuration: server.http1),
      configuration: ApplicationConfiguration(
        address: .hostname(address.host, port: address.port)
      ),
      onServerRunning: { [address] channel in
        await onListening(address.url(port: channel.localAddress?.port ?? 0))
      },
      logger: logger
    )
  }
}
