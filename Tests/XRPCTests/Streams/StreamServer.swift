import ATProtoData
import Logging
import ServiceLifecycle
import Testing
import XRPC
import XRPCServer

/// A server on a free loopback port, for the duration of a test.
struct StreamServer: Sendable {
  let port: Int
  let services: ServiceGroup
  let registry: StreamRegistry

  static let watch = "/xrpc/com.example.thing.watch"

  static func run<Value: Sendable>(
    _ routes: [XRPCRoute] = Sample.routes,
    webSockets: [WebSocketRoute] = [],
    streams: EventStreamConfiguration = EventStreamConfiguration(),
    configure: (inout XRPCServerConfiguration) -> Void = { _ in },
    _ body: @escaping @Sendable (StreamServer) async throws -> Value
  ) async throws -> Value {
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    let (ports, continuation) = AsyncStream<Int>.makeStream()
    var configuration = XRPCServerConfiguration(port: 0, eventStreams: streams)
    configure(&configuration)
    let server = XRPCServer(
      routes,
      webSockets: webSockets,
      configuration: configuration,
      logger: logger
    )
    let services = ServiceGroup(
      services: [server.application { continuation.yield($0) }],
      logger: logger
    )
    return try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await services.run() }
      var iterator = ports.makeAsyncIterator()
      let port = try #require(await iterator.next())
      let value = try await body(
        StreamServer(port: port, services: services, registry: server.streams)
      )
      await services.triggerGracefulShutdown()
      try await group.waitForAll()
      return value
    }
  }
}

extension EventBroadcast {
  var route: XRPCRoute {
    .subscription(
      Sample.Watch.self,
      sharing: { request in
        try await self.subscribe(cursor: request.parameters.cursor) { oldest in
          EventStreamFrame.message(type: "#info", payload: [0xA0]).bytes()
        }
      }
    )
  }
}

extension SequencedFrame {
  /// `#tick` with its sequence number, and any number of additional bytes.
  static func tick(_ sequence: Int, padding: Int = 0) -> SequencedFrame {
    let tick = Sample.Watch.Tick(
      seq: sequence,
      unknownFields: padding == 0
        ? [:] : ["padding": .bytes(Bytes([UInt8](repeating: 7, count: padding)))]
    )
    let frame = EventStreamFrame.message(type: "#tick", payload: tick.cborBytes())
    return SequencedFrame(sequence: sequence, bytes: frame.bytes())
  }
}
