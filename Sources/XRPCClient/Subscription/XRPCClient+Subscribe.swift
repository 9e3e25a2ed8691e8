import ATProtoHTTP
import HTTPTypes
public import XRPC

extension XRPCClient {
  /// "A hard maximum size limit of 5 MBytes, measured as WebSocket frames" (Sync specification,
  /// "Repository Event Stream"), read generously.
  static let maximumFrameBytes = 5 << 20

  /// One connection, which is not renewed: where it ends, the stream does. See
  /// ``resume(_:from:sequence:parameters:options:policy:observer:recovery:)`` for one that is.
  public func subscribe<Method: XRPCSubscription>(
    _ method: Method.Type,
    _ parameters: Method.Parameters,
    options: CallOptions = CallOptions()
  ) async throws(XRPCError<Method.Failure>) -> XRPCEventStream<Method.Message> {
    let opening: WebSocketOpening
    do {
      opening = try await open(method, parameters, options)
    } catch {
      throw .transport(error)
    }
    switch opening {
    case .opened(let frames):
      return XRPCEventStream(frames: frames, nsid: Method.nsid, limits: options.limits)
    case .refused(let response):
      throw ResponseReader(response, limits: options.limits).error()
    }
  }

  /// With one repetition where the access token has expired.
  func open<Method: XRPCSubscription>(
    _ method: Method.Type,
    _ parameters: Method.Parameters,
    _ options: CallOptions
  ) async throws(TransportError) -> WebSocketOpening {
    let deadline = deadline(options)
    let head = requestHead(.get, Method.nsid, parameters, options)
    var bounds = bounds(options, deadline)
    bounds.maximumResponseBytes = min(bounds.maximumResponseBytes, Self.maximumFrameBytes)
    let (signed, token) = try await authorized(head, deadline)
    let opening = try await transport.openWebSocket(signed, options: bounds)
    guard case .refused(let response) = opening, let session, let token,
      ResponseReader(response).saysTokenExpired
    else { return opening }
    let renewed = try await session.token(renewedAfter: token, deadline: deadline)
    bounds.timeout = max(.zero, deadline - .now)
    return try await transport.openWebSocket(head.authorized(by: renewed), options: bounds)
  }

  /// The stream of a subscription, over as many connections as it takes.
  ///
  ///     let events = client.resume(
  ///       ComAtproto.Sync.SubscribeRepos.self,
  ///       from: FileCursorStore(file),
  ///       sequence: { $0.sequence },
  ///       parameters: { .init(cursor: $0) }
  ///     )
  ///     for try await event in events { … }
  ///
  /// Nothing is connected before the first message is asked for.
  ///
  /// - Parameters:
  ///   - store: asked for the cursor once, told of it when messages have been processed.
  ///   - sequence: the sequence number of a message; nil for those that have none.
  ///   - parameters: those of a connection that goes on after a cursor.
  ///   - observer: told of connections that come and go.
  ///   - recovery: asked about each event that cannot be read; without it the stream ends with one
  ///     that stays unreadable.
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
