import ATProtoHTTP
import HTTPTypes
public import XRPC

extension XRPCClient {
  /// "A hard maximum size limit of 5 MBytes, measured as WebSocket frames" (Sync specification,
  /// "Repository Event Stream"), taken as mebibytes.
  static let maximumFrameBytes = 5 << 20

  /// Opens an event stream over one connection and ends with it.
  ///
  /// ``resume(_:from:sequence:parameters:options:policy:observer:recovery:)`` returns a stream that
  /// reconnects.
  public func subscribe<Method: XRPCSubscription>(
    _ method: Method.Type,
    _ parameters: Method.Parameters,
    options: CallOptions = CallOptions()
  ) async throws(XRPCError<Method.Failure>) -> XRPCEventStream<Method.Message> {
    let opening: WebSocketOpening
    do {
      opening = try await open(method, parameters, options).opening
    } catch {
      throw .transport(error)
    }
    switch opening {
    case .opened(let frames, _):
      return XRPCEventStream(frames: frames, nsid: Method.nsid, limits: options.limits)
    case .refused(let response):
      throw ResponseReader(response, limits: options.limits).error()
    }
  }

  /// Opens a WebSocket. Tries again once if the access token has expired, and once if the server asks
  /// for another proof.
  ///
  /// - Returns: the answer to the last attempt, and the request that was sent in it.
  func open<Method: XRPCSubscription>(
    _ method: Method.Type,
    _ parameters: Method.Parameters,
    _ options: CallOptions
  ) async throws(TransportError) -> (opening: WebSocketOpening, sent: HTTPRequest) {
    let deadline = deadline(options)
    let head = requestHead(.get, Method.nsid, parameters, options)
    let authorization = authorization(for: head)
    var repeated: Set<RejectedCredential> = []
    while true {
      let sent = try await authorization?.authorize(head, deadline: deadline) ?? head
      var bounds = bounds(options, deadline)
      bounds.maximumResponseBytes = min(bounds.maximumResponseBytes, Self.maximumFrameBytes)
      let opening = try await transport.openWebSocket(sent, options: bounds)
      guard case .refused(let refusal) = opening, let authorization else { return (opening, sent) }
      await authorization.received(refusal.head, to: sent)
      guard let rejected = authorization.rejectedCredential(in: refusal),
        repeated.insert(rejected).inserted
      else { return (opening, sent) }
      if rejected == .token { try await authorization.renew(after: sent, deadline: deadline) }
    }
  }

  /// Returns the stream of a subscription, which reconnects as often as needed.
  ///
  ///     let events = client.resume(
  ///       ComAtproto.Sync.SubscribeRepos.self,
  ///       from: FileCursorStore(file),
  ///       sequence: { $0.sequence },
  ///       parameters: { .init(cursor: $0) }
  ///     )
  ///     for try await event in events { … }
  ///
  /// It connects when the first message is requested.
  ///
  /// - Parameters:
  ///   - store: loaded once for the first cursor, and updated as messages are processed.
  ///   - sequence: returns the sequence number of a message; nil if it has none.
  ///   - parameters: makes the parameters of a connection that continues after a cursor.
  ///   - policy: when to reconnect.
  ///   - observer: called when a connection opens or is lost.
  ///   - recovery: decides how to continue after an event that cannot be decoded; without it, the
  ///     stream ends if an event remains unreadable.
  public func resume<Method: XRPCSubscription>(
    _ method: Method.Type,
    from store: any CursorStore,
    sequence: @escaping @Sendable (Method.Message) -> Int?,
    parameters: @escaping @Sendable (Int?) -> Method.Parameters,
    options: CallOptions = CallOptions(),
    policy: ReconnectPolicy = ReconnectPolicy(),
    observer: (@Sendable (SubscriptionEvent) -> Void)? = nil,
    recovery: (@Sendable (UnreadableEvent) async -> UnreadableEvent.Recovery)? = nil
  ) -> ResumingEventStream<Method> {
    ResumingEventStream(
      client: self,
      store: store,
      sequence: sequence,
      parameters: parameters,
      options: options,
      policy: policy,
      observer: observer,
      recovery: recovery
    )
  }
}
