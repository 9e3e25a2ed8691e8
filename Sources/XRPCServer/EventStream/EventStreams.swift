import ATProtoHTTP
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Synchronization
import XRPC

/// The event streams and WebSockets of a server: which requests open one, and how many are open.
final class EventStreams: Sendable {
  let configuration: EventStreamConfiguration
  let registry = StreamRegistry()
  let logger: Logger
  private let sockets: [String: WebSocketRoute]
  private let router: XRPCRouter
  private let rateLimits: RateLimitPolicy?
  private let clientAddress: ClientAddress
  let serverName: String?
  private let maximumFieldBytes: Int
  /// The longest request target that a route allows beyond the limit of the server; 0 if none does.
  let longestTarget: Int
  private let metrics: ServerMetrics
  private let count = Mutex(Count())

  private struct Count {
    var total = 0
    /// The open streams by client, because one client could take all streams, and each may hold a
    /// page of the log in memory.
    var clients: [String: Int] = [:]
  }

  init(
    _ router: XRPCRouter,
    sockets: [WebSocketRoute],
    configuration: XRPCServerConfiguration,
    metrics: ServerMetrics,
    logger: Logger
  ) {
    self.router = router
    self.sockets = Dictionary(
      sockets.map { ($0.path, $0) },
      uniquingKeysWith: { first, _ in preconditionFailure("two routes for \(first.path)") }
    )
    self.configuration = configuration.eventStreams
    rateLimits = configuration.rateLimits
    clientAddress = ClientAddress(trustedProxies: configuration.trustedProxies)
    serverName = configuration.serverName
    maximumFieldBytes = configuration.maximumFieldBytes
    longestTarget = sockets.compactMap(\.maximumTargetBytes).max() ?? 0
    self.metrics = metrics
    self.logger = logger
  }

  /// Other requests are handled like any other: 405, 501, or the answer of a method that is not a
  /// stream.
  func isStream(_ head: HTTPRequest) -> Bool {
    guard socket(head) == nil else { return head.method == .get }
    guard head.headerFields[.upgrade] != nil else { return false }
    return (try? router.route(for: RouteRequest(head: head, requestID: "")))?.kind == .subscription
  }

  /// Whether a request head is longer than its path allows. The decoder does not notice if another
  /// path has a higher limit.
  func isTooLong(_ head: HTTPRequest) -> Bool {
    guard longestTarget > 0 else { return false }
    let target = head.path?.utf8.count ?? 0
    let lengths = head.headerFields.map { $0.name.rawName.utf8.count + $0.value.utf8.count }
    return target > maximumFieldBytes && target > socket(head)?.maximumTargetBytes ?? 0
      || lengths.contains { $0 > maximumFieldBytes }
      || lengths.reduce(0, +) > 2 * maximumFieldBytes
  }

  private func socket(_ head: HTTPRequest) -> WebSocketRoute? {
    guard !sockets.isEmpty, let path = head.path else { return nil }
    return sockets[String(path.prefix { $0 != "?" })]
  }

  /// What a connection becomes.
  enum Opening: Sendable {
    case events(XRPCRouter.Opening)
    case socket(any WebSocketSource, WebSocketRoute)
    case response(RouteResponse)
  }

  /// The answer to a request to open a stream.
  struct Answer: Sendable {
    var opening: Opening
    var entry: StreamEntry?
    /// The state of rate limits, which is sent with 101 too.
    var fields = HTTPFields()

    /// Releases what was opened for a connection that has ended.
    func abandon() {
      if case .socket(let source, _) = opening { source.closed() }
    }
  }

  /// Counts a stream until its connection closes.
  func enter(_ request: RouteRequest, _ channel: any Channel) throws(XRPCServerError) {
    let client =
      request.isExemptFromRateLimits ? nil : ClientAddress.network(of: request.remoteAddress)
    try count.withLock { count throws(XRPCServerError) in
      guard count.total < configuration.maximumStreams else {
        throw .notEnoughResources("too many streams are open")
      }
      if let client {
        guard count.clients[client, default: 0] < configuration.maximumStreamsPerClient else {
          throw .rateLimitExceeded("too many streams are open from this IP address")
        }
        count.clients[client, default: 0] += 1
      }
      count.total += 1
      // Record under the lock, as in the other place: the gauge keeps the last recorded value.
      metrics.record(openStreams: count.total)
    }
    channel.closeFuture.whenComplete { _ in self.leave(client) }
  }

  private func leave(_ client: String?) {
    count.withLock { count in
      count.total -= 1
      if let client {
        let others = count.clients[client, default: 0] - 1
        count.clients[client] = others > 0 ? others : nil
      }
      metrics.record(openStreams: count.total)
    }
  }

  /// Creates the route request for a request to open a stream, with the client's IP address and the
  /// request's ID.
  func request(_ head: HTTPRequest, from channel: any Channel, id: String) -> RouteRequest {
    let address = clientAddress.address(
      peer: channel.remoteAddress?.ipAddress,
      forwarded: head.headerFields[.forwardedFor]
    )
    var request = RouteRequest(head: head, remoteAddress: address, requestID: id)
    request.isExemptFromRateLimits = rateLimits?.exempts(head.headerFields, address) ?? false
    return request
  }

  /// Opens a stream, which is in the registry until the connection closes.
  func open(_ request: RouteRequest, _ channel: any Channel) async -> Answer {
    var answer: Answer
    do {
      try rateLimits?.consume(XRPCContext(nsid: request.nsid ?? "", request: request))
      answer = try await connect(request, channel)
    } catch let refusal as WebSocketRefusal {
      let head = HTTPResponse(
        status: refusal.status,
        headerFields: [.contentType: "text/plain; charset=utf-8"]
      )
      answer = Answer(
        opening: .response(RouteResponse(head: head, body: .bytes(Array(refusal.text.utf8))))
      )
    } catch {
      answer = Answer(opening: .response(RouteResponse(error: error)))
    }
    request.responseHeaders.writeRateLimit(to: &answer.fields)
    if let serverName { answer.fields[.server] = serverName }
    return answer
  }

  private func connect(_ request: RouteRequest, _ channel: any Channel) async throws -> Answer {
    guard let socket = socket(request.head) else {
      let opening = await router.openEventStream(request)
      if case .response(let response) = opening { return Answer(opening: .response(response)) }
      return Answer(opening: .events(opening), entry: register(request, channel))
    }
    let subprotocol = socket.subprotocol(for: request.head)
    let entry = register(request, channel)
    let source = try await socket.open(WebSocketRequest(request, subprotocol, entry))
    var answer = Answer(opening: .socket(source, socket), entry: entry)
    if let subprotocol { answer.fields[.secWebSocketProtocol] = subprotocol }
    return answer
  }

  private func register(_ request: RouteRequest, _ channel: any Channel) -> StreamEntry {
    let entry = registry.open(request)
    let registry = registry
    channel.closeFuture.whenComplete { _ in registry.close(entry) }
    return entry
  }

  /// Measures and logs the response to a request that began at `start`.
  func note(
    _ response: RouteResponse,
    to request: RouteRequest,
    since start: ContinuousClock.Instant
  ) {
    let duration = ContinuousClock.now - start
    metrics.begin()
    metrics.end(request.nsid ?? socket(request.head)?.path ?? "", response.head.status, duration)
    RequestLog(request: request.head, answer: response, duration: duration)
      .write(to: logger, remoteAddress: request.remoteAddress)
  }
}
