import ATProtoHTTP
import ATProtoRepo
import HTTPTypes
import Logging
import Relay
import RelayTestSupport
import ServiceLifecycle
import Synchronization
import Testing
import XRPC
import XRPCAsyncHTTPClient
import XRPCServer

/// A firehose over real sockets, for the duration of a test.
struct FirehoseServer: Sendable {
  let port: Int

  static func run(
    _ firehose: Firehose,
    streams: EventStreamConfiguration = EventStreamConfiguration(),
    _ body: @escaping @Sendable (FirehoseServer) async throws -> Void
  ) async throws {
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    let (ports, continuation) = AsyncStream<Int>.makeStream()
    let server = XRPCServer(
      [firehose.route],
      configuration: XRPCServerConfiguration(port: 0, eventStreams: streams),
      logger: logger
    )
    let services = ServiceGroup(
      services: [server.application { continuation.yield($0) }],
      logger: logger
    )
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await services.run() }
      var iterator = ports.makeAsyncIterator()
      let port = try #require(await iterator.next())
      try await body(FirehoseServer(port: port))
      await services.triggerGracefulShutdown()
      try await group.waitForAll()
    }
  }

  func connect(cursor: Int? = nil) async throws -> FirehoseConsumer {
    let query = cursor.map { "?cursor=\($0)" } ?? ""
    let request = HTTPRequest(
      method: .get,
      scheme: "http",
      authority: "127.0.0.1:\(port)",
      path: "/xrpc/com.atproto.sync.subscribeRepos\(query)"
    )
    let opening = try await AsyncHTTPClientTransport.shared.openWebSocket(
      request,
      options: TransportOptions()
    )
    guard case .opened(let frames, _) = opening else {
      throw XRPCServerError(status: .badGateway, name: "Refused", message: "\(opening)")
    }
    return FirehoseConsumer(frames)
  }
}

/// Reads a firehose as fast as the test wants. Its buffer holds 1 MiB; what comes after that stays
/// in the socket.
actor FirehoseConsumer {
  private let frames: AsyncThrowingStream<[UInt8], any Error>

  init(_ frames: AsyncThrowingStream<[UInt8], any Error>) {
    self.frames = frames
  }

  /// Nil at the end.
  func next() async throws -> FirehoseEvent? {
    let frame = try await limited { [frames] in
      // Iterators of one stream share its state.
      var iterator = frames.makeAsyncIterator()
      return try await iterator.next()
    }
    return try frame.map { try FirehoseEvent(frame: $0) }
  }

  /// The numbers of the next events.
  func sequences(_ count: Int) async throws -> [Int] {
    var sequences: [Int] = []
    while sequences.count < count, let event = try await next() {
      if let sequence = event.sequence { sequences.append(sequence) }
    }
    return sequences
  }
}
