import ATProtoHTTP
import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import NIOWebSocket
import Synchronization

/// Opens a WebSocket: connection, TLS for `https`, and handshake (RFC 6455, 4.1).
struct WebSocketConnection: Sendable {
  private enum Outcome: Sendable {
    case opened(WebSocketInbox, head: HTTPResponse)
    case refused(EventLoopFuture<HTTPTransportResponse>)
  }

  private typealias Initializer =
    @Sendable (any Channel) -> EventLoopFuture<(any Channel, EventLoopFuture<Outcome>)>

  private enum Opening: Sendable {
    case opened(WebSocketMessages, HTTPResponse)
    case refused(HTTPTransportResponse)
  }

  /// The size of the messages at which the socket is no longer read.
  private static let bufferedBytes = 1 << 20
  /// The longest body of a refusal to collect.
  private static let maximumRefusalBytes = 64 << 10

  let request: HTTPRequest
  let url: HTTPURL
  /// The IP address to connect to; nil to resolve the host.
  let address: IPAddress?
  let tls: WebSocketTLS
  let options: TransportOptions

  /// - Parameter request: must have a scheme and authority.
  init(
    _ request: HTTPRequest,
    at address: IPAddress? = nil,
    tls: WebSocketTLS,
    options: TransportOptions
  ) throws(TransportError) {
    url = try HTTPURL(serverOf: request)
    self.request = request
    self.address = address
    self.tls = tls
    self.options = options
  }

  func open() async throws(TransportError) -> WebSocketOpening {
    switch try await open(bufferedBytes: Self.bufferedBytes) {
    case .opened(let messages, let head): .opened(messages.stream(), head: head)
    case .refused(let response): .refused(response)
    }
  }

  func openBatches(bufferedBytes: Int) async throws(TransportError) -> FrameBatchOpening {
    switch try await open(bufferedBytes: bufferedBytes) {
    case .opened(let messages, let head): .opened(messages.batches(), head: head)
    case .refused(let response): .refused(response)
    }
  }

  private func open(bufferedBytes: Int) async throws(TransportError) -> Opening {
    let attempt = Attempt()
    let answer = await withTimeout(options.timeout) { await exchange(attempt, bufferedBytes) }
    if Task.isCancelled { throw .cancelled }
    guard let answer else {
      throw TransportError(
        code: .timedOut,
        reason: "cannot open a WebSocket within \(options.timeout)"
      )
    }
    return try answer.get()
  }

  private func exchange(
    _ attempt: Attempt,
    _ bufferedBytes: Int
  ) async -> Result<Opening, TransportError> {
    await withTaskCancellationHandler {
      do {
        let (channel, outcome) = try await connect(attempt, bufferedBytes)
        switch try await outcome.get() {
        case .opened(let inbox, let head):
          return .success(.opened(WebSocketMessages(inbox, channel), head))
        case .refused(let response):
          return .success(.refused(try await response.get()))
        }
      } catch {
        attempt.abandon()
        return .failure(Self.described(error, options))
      }
    } onCancel: {
      attempt.abandon()
    }
  }

  /// One of several IP addresses must not use up the time for the others. The caller's timeout is
  /// separate: it ends the call as timed out, whether or not a connection was established.
  private var connectTimeout: Duration { address == nil ? .seconds(10) : .milliseconds(2500) }

  private func connect(
    _ attempt: Attempt,
    _ bufferedBytes: Int
  ) async throws -> (any Channel, EventLoopFuture<Outcome>) {
    let context = url.scheme == "https" ? try tls.shared() : nil
    let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .connectTimeout(TimeAmount(connectTimeout))
      .channelOption(.socketOption(.tcp_nodelay), value: 1)
      .channelOption(.allowRemoteHalfClosure, value: true)
    let initializer: Initializer = { channel in
      channel.eventLoop.makeCompletedFuture {
        try attempt.begin(channel)
        if let context { try addTLS(context, channel) }
        try channel.pipeline.syncOperations.addHandler(EndOfInput())
        return (channel, try addHandshake(channel, bufferedBytes))
      }
    }
    let port = Int(url.port ?? (url.scheme == "https" ? 443 : 80))
    guard let address else {
      return try await bootstrap.connect(
        host: url.host,
        port: port,
        channelInitializer: initializer
      )
    }
    return try await bootstrap.connect(
      to: SocketAddress(ipAddress: address.description, port: port),
      channelInitializer: initializer
    )
  }

  private func addTLS(_ context: NIOSSLContext, _ channel: any Channel) throws {
    // RFC 6066, 3: IP addresses are not server names.
    let name = IPAddress(url.host) == nil ? url.host : nil
    let handler = try NIOSSLClientHandler(context: context, serverHostname: name)
    try channel.pipeline.syncOperations.addHandler(handler)
  }

  private func addHandshake(
    _ channel: any Channel,
    _ bufferedBytes: Int
  ) throws -> EventLoopFuture<Outcome> {
    var headers = HTTPHeaders([("Host", url.authority)])
    for field in request.headerFields {
      headers.add(name: field.name.rawName, value: field.value)
    }
    let upgrader = NIOTypedWebSocketClientUpgrader<Outcome>(
      maxFrameSize: min(options.maximumResponseBytes, Int(UInt32.max)),
      enableAutomaticErrorHandling: false
    ) { channel, head in
      channel.eventLoop.makeCompletedFuture {
        let inbox = WebSocketInbox(channel, maximumBytes: bufferedBytes)
        try channel.pipeline.syncOperations.addHandler(
          WebSocketClientHandler(inbox, options: options)
        )
        return .opened(
          inbox,
          head: HTTPResponse(code: Int(head.status.code), head.headers)
        )
      }
    }
    let upgrade = NIOTypedHTTPClientUpgradeConfiguration(
      upgradeRequestHead: HTTPRequestHead(
        version: .http1_1,
        method: .GET,
        uri: request.path ?? "/",
        headers: headers
      ),
      upgraders: [upgrader]
    ) { channel in
      channel.eventLoop.makeCompletedFuture {
        let response = channel.eventLoop.makePromise(of: HTTPTransportResponse.self)
        try channel.pipeline.syncOperations.addHandler(
          RefusalCollector(maximumBytes: Self.maximumRefusalBytes, response)
        )
        return .refused(response.futureResult)
      }
    }
    var configuration = NIOUpgradableHTTPClientPipelineConfiguration(
      upgradeConfiguration: upgrade
    )
    // Frames may follow the response immediately.
    configuration.leftOverBytesStrategy = .forwardBytes
    return try channel.pipeline.syncOperations
      .configureUpgradableHTTPClientPipeline(configuration: configuration)
  }

  private static func described(
    _ error: any Error,
    _ options: TransportOptions
  ) -> TransportError {
    switch error {
    case let error as TransportError: error
    case is NIOHTTPClientUpgradeError:
      TransportError(
        code: .connectionLost,
        reason: "the server does not complete the WebSocket handshake: \(error)"
      )
    default: TransportError(error, options)
    }
  }
}

/// The channel of a connection that may be abandoned before it is established.
private final class Attempt: Sendable {
  private let state = Mutex<(channel: (any Channel)?, isAbandoned: Bool)>((nil, false))

  func begin(_ channel: any Channel) throws(TransportError) {
    let isAbandoned = state.withLock { state in
      state.channel = channel
      return state.isAbandoned
    }
    if isAbandoned { throw TransportError.cancelled }
  }

  func abandon() {
    let channel = state.withLock { state in
      state.isAbandoned = true
      return state.channel
    }
    channel?.close(promise: nil)
  }
}
