import HTTPTypes
import Logging
import ServiceKit
import ServiceLifecycle
import VerifiedSync
import XRPCServer

/// A consumer that clients reach over the network.
struct SyncServer: NetworkService {
  let address: ListenAddress
  let logger: Logger
  /// Runs beside the HTTP server.
  let work: any Service
  let consumer: SyncConsumer
  let web: SyncWeb
  let needsAcknowledgments: Bool
  var hasWebhook = false

  var channel: WebSocketRoute {
    // Clients of the reference consumer reconnect only if the connection is lost.
    WebSocketRoute(
      path: "/channel",
      maximumMessageBytes: 64 << 10,
      closesInOrder: false
    ) { [self] request in
      try await web.authorize(.get, request.head.headerFields)
      guard !hasWebhook else {
        throw XRPCServerError.invalidRequest(
          "cannot open a WebSocket: events are sent to a webhook"
        )
      }
      try web.refusePages(request.head.headerFields)
      return SyncChannel(consumer, needsAcknowledgments: needsAcknowledgments)
    }
  }

  func application(
    onListening: @escaping @Sendable (String) async -> Void
  ) -> SyncApplication {
    var configuration = XRPCServerConfiguration(host: address.host, port: address.port)
    configuration.shutdownTimeout = shutdownTimeout
    configuration.allowsCrossOrigin = false
    configuration.fallbackPaths = ["/health", "/repos/add", "/repos/remove"]
    let server = XRPCServer(
      [],
      webSockets: [channel],
      configuration: configuration,
      logger: logger,
      fallback: { [web] request, _ in await web.respond(to: request) }
    )
    let application = server.application { [address] port in
      await onListening(address.url(port: port))
    }
    return SyncApplication(work: work, server: application)
  }
}

/// The consumer and the HTTP server; if one of them fails, so does the other.
struct SyncApplication: Service {
  let work: any Service
  let server: any Service

  func run() async throws {
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      tasks.addTask { try await server.run() }
      tasks.addTask { try await work.run() }
      defer { tasks.cancelAll() }
      while try await tasks.next() != nil {}
    }
  }
}
