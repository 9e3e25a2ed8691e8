import ATProtoData
import ATProtoHTTP
import ATProtoSyntax
import HTTPTypes
public import XRPC

/// The messages of a subscription in order, across lost connections. There are no gaps as long as the
/// server still has the events.
///
/// A message counts as processed when the next one is requested. The cursor is stored within a second
/// of that, even if no more messages arrive or the loop ends. After a crash, the events of the last
/// second are delivered again, and none is missed. A slow reader slows down the server. Cancellation
/// ends the stream.
///
/// The stream throws ``SubscriptionError`` for error frames other than `ConsumerTooSlow`, for refusals
/// that are permanent, and for events that remain unreadable unless a recovery skips them.
public struct ResumingEventStream<Method: XRPCSubscription>: AsyncSequence, Sendable {
  let client: XRPCClient
  let store: any CursorStore
  let sequence: @Sendable (Method.Message) -> Int?
  let parameters: @Sendable (Int?) -> Method.Parameters
  let options: CallOptions
  let policy: ReconnectPolicy
  let observer: (@Sendable (SubscriptionEvent) -> Void)?
  let recovery: (@Sendable (UnreadableEvent) async -> UnreadableEvent.Recovery)?

  /// A message of the subscription.
  public typealias Element = Method.Message
  /// Why the stream ends.
  public typealias Failure = SubscriptionError<Method.Failure>

  /// Starts to read the stream.
  public func makeAsyncIterator() -> AsyncIterator {
    AsyncIterator(stream: self)
  }

  /// Reads a stream message by message.
  public struct AsyncIterator: AsyncIteratorProtocol {
    private let stream: ResumingEventStream
    private var state: SubscriptionState?
    private var keeper: CursorKeeper?
    private var events: XRPCEventStream<Method.Message>?
    /// The request that opened the connection.
    private var sent: HTTPRequest?
    private var hasEnded = false
    /// Whether the session has been renewed since the last message.
    private var hasRenewed = false

    init(stream: ResumingEventStream) {
      self.stream = stream
    }

    /// Reads the next message, connecting as often as needed; nil if the task is canceled.
    public mutating func next() async throws(Failure) -> Method.Message? {
      guard !hasEnded else { return nil }
      do throws(Failure) {
        let message = try await message()
        if message == nil { hasEnded = true }
        return message
      } catch {
        hasEnded = true
        throw error
      }
    }
  }
}

extension ResumingEventStream.AsyncIterator {
  private mutating func message() async throws(SubscriptionError<Method.Failure>) -> Method.Message?
  {
    var (state, keeper) = try await begin()
    state.consumed()
    defer { self.state = state }
    do {
      try keeper.keepSoon(state.processed)
    } catch {
      throw .cursorStore(error)
    }
    while true {
      let end: End
      do {
        if let message = try await received(&state) { return message }
        continue
      } catch {
        end = await loss(error, state)
      }
      events = nil
      do {
        try await keeper.keepNow()
      } catch {
        throw .cursorStore(error)
      }
      if Task.isCancelled { return nil }
      guard case .retry(let delay) = state.lost(end.loss, chance: .random(in: 0..<1)) else {
        throw end.error
      }
      stream.observer?(.disconnected(reason: "\(end.error)", retryAfter: delay))
      guard (try? await Task.sleep(for: delay)) != nil else { return nil }
    }
  }

  private mutating func begin() async throws(SubscriptionError<Method.Failure>) -> (
    SubscriptionState, CursorKeeper
  ) {
    if let state, let keeper { return (state, keeper) }
    do {
      let cursor = try await stream.store.load()
      let keeper = CursorKeeper(stream.store, kept: cursor)
      self.keeper = keeper
      return (SubscriptionState(policy: stream.policy, cursor: cursor), keeper)
    } catch {
      throw .cursorStore(error)
    }
  }

  /// Reads the next message of a connection; nil if it is to be skipped.
  private mutating func received(
    _ state: inout SubscriptionState
  ) async throws -> Method.Message? {
    let events: XRPCEventStream<Method.Message>
    if let standing = self.events {
      events = standing
    } else {
      events = try await connect(&state)
      self.events = events
    }
    // Each iterator continues where the last one stopped, even after an error of one frame.
    var iterator = events.makeAsyncIterator()
    do {
      guard let message = try await iterator.next() else {
        throw TransportError(code: .connectionLost, reason: "the server ended the stream")
      }
      switch state.received(stream.sequence(message)) {
      case .deliver:
        hasRenewed = false
        return message
      case .skip: return nil
      case .outOfOrder: throw OutOfOrder()
      }
    } catch let error as ProtocolError {
      guard await isLeftOut(error.reason, state) else { throw error }
      return nil
    }
  }

  private func isLeftOut(_ reason: String, _ state: SubscriptionState) async -> Bool {
    await stream.recovery?(UnreadableEvent(cursor: state.cursor, reason: reason)) == .leaveOut
  }

  private mutating func connect(
    _ state: inout SubscriptionState
  ) async throws -> XRPCEventStream<Method.Message> {
    let parameters = stream.parameters(state.cursor)
    let (opening, sent) = try await stream.client.open(Method.self, parameters, stream.options)
    self.sent = sent
    switch opening {
    case .refused(let response):
      throw Refusal(
        error: ResponseReader(response, limits: stream.options.limits).error(),
        status: response.head.status.code,
        retryAfter: RetryPolicy.wait(askedBy: response.head, now: Datetime.Instant.now.seconds)
      )
    case .opened(let frames, _):
      state.connected()
      stream.observer?(.connected(cursor: state.cursor))
      return XRPCEventStream(frames: frames, nsid: Method.nsid, limits: stream.options.limits)
    }
  }

  private mutating func loss(_ error: any Error, _ state: SubscriptionState) async -> End {
    var end = End(error)
    if events != nil, let error = error as? TransportError, error.code == .responseTooLarge,
      await isLeftOut(error.reason, state)
    {
      end.loss = .leftOut
    }
    if let frame = error as? XRPCStreamError, !hasRenewed,
      let renewed = await outcomeOfRenewal(after: frame)
    {
      hasRenewed = true
      switch renewed {
      case .success: end.loss = .connection(nil)
      case .failure(let error): end = End(error)
      }
    }
    return end
  }

  /// Servers that open every stream report an expired token in a frame, which means the same as a
  /// response with that error.
  private func outcomeOfRenewal(
    after frame: XRPCStreamError
  ) async -> Result<Void, TransportError>? {
    let refusal = HTTPTransportResponse(
      head: HTTPResponse(status: .unauthorized),
      body: ErrorObject(frame.body).jsonBytes()
    )
    guard let authorization = stream.client.authorization, let sent,
      let rejected = authorization.rejectedCredential(in: refusal)
    else { return nil }
    return await Result { () async throws(TransportError) in
      guard rejected == .token else { return }
      try await authorization.renew(after: sent, deadline: stream.client.deadline(stream.options))
    }
  }

  /// A response of the server instead of a WebSocket.
  private struct Refusal: Error {
    let error: XRPCError<Method.Failure>
    let status: Int
    let retryAfter: Duration?
  }

  private struct OutOfOrder: Error {}

  /// Why a connection ended, for the state and for the reader.
  private struct End {
    var loss: SubscriptionState.Loss
    let error: SubscriptionError<Method.Failure>

    init(_ error: any Error) {
      switch error {
      case let refusal as Refusal:
        loss = .refused(status: refusal.status, retryAfter: refusal.retryAfter)
        self.error = .connection(refusal.error)
      case let frame as XRPCStreamError:
        loss = .errorFrame(name: frame.body.name)
        self.error = .failure(Method.Failure(frame.body))
      case is OutOfOrder:
        let reason = "the sequence number is out of order"
        loss = .violation
        self.error = .connection(
          .protocolViolation(ProtocolError(code: .undecodableFrame, reason: reason))
        )
      case let violation as ProtocolError:
        loss = .violation
        self.error = .connection(.protocolViolation(violation))
      case let failure as TransportError:
        loss = .connection(failure)
        self.error = .connection(.transport(failure))
      default:
        let failure = TransportError(code: .connectionLost, reason: "\(error)")
        loss = .connection(failure)
        self.error = .connection(.transport(failure))
      }
    }
  }
}
