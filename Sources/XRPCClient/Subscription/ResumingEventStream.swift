import HTTPTypes
public import XRPC

/// The messages of a subscription in order, without gap where the server kept them, however often
/// the connection is lost.
///
/// A message counts as processed when the next one is asked for. The cursor is kept once a second
/// at most, so after a crash the last second comes again; nothing is left out. A reader that is slow
/// slows the server. Cancellation ends the stream.
///
/// It ends for good with ``SubscriptionError``: with error frames other than `ConsumerTooSlow`, with
/// refusals that will not go away, with frames that stay unreadable.
public struct ResumingEventStream<Method: XRPCSubscription>: AsyncSequence, Sendable {
  let client: XRPCClient
  let store: any CursorStore
  let sequence: @Sendable (Method.Message) -> Int?
  let parameters: @Sendable (Int?) -> Method.Parameters
  let options: CallOptions
  let policy: ReconnectPolicy
  let observer: (@Sendable (SubscriptionEvent) -> Void)?

  public typealias Element = Method.Message
  public typealias Failure = SubscriptionError<Method.Failure>

  public func makeAsyncIterator() -> AsyncIterator {
    AsyncIterator(stream: self)
  }

  public struct AsyncIterator: AsyncIteratorProtocol {
    private let stream: ResumingEventStream
    private var state: SubscriptionState?
    private var events: XRPCEventStream<Method.Message>.AsyncIterator?
    private var hasEnded = false
    private var kept: Int?
    private var lastKept = ContinuousClock.now

    init(stream: ResumingEventStream) {
      self.stream = stream
    }

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
    var state = try await begin()
    state.consumed()
    defer { self.state = state }
    try await keep(state.processed, now: false)
    while true {
      let end: End
      do {
        if events == nil { events = try await connect(&state) }
        guard let message = try await events?.next() else {
          throw TransportError(code: .connectionLost, reason: "the server ended the stream")
        }
        switch state.received(stream.sequence(message)) {
        case .deliver: return message
        case .skip: continue
        case .outOfOrder:
          throw ProtocolError(code: .undecodableFrame, reason: "a sequence number out of order")
        }
      } catch {
        end = End(error)
      }
      events = nil
      try await keep(state.processed, now: true)
      if Task.isCancelled { return nil }
      guard case .retry(let delay) = state.lost(end.loss, chance: .random(in: 0..<1)) else {
        throw end.error
      }
      stream.observer?(.disconnected(reason: "\(end.error)", retryAfter: delay))
      guard (try? await Task.sleep(for: delay)) != nil else { return nil }
    }
  }

  private func begin() async throws(SubscriptionError<Method.Failure>) -> SubscriptionState {
    if let state { return state }
    do {
      return SubscriptionState(policy: stream.policy, cursor: try await stream.store.load())
    } catch {
      throw .cursorStore(error)
    }
  }

  private func connect(
    _ state: inout SubscriptionState
  ) async throws -> XRPCEventStream<Method.Message>.AsyncIterator {
    let parameters = stream.parameters(state.cursor)
    switch try await stream.client.open(Method.self, parameters, stream.options) {
    case .refused(let response):
      throw Refusal(
        error: ResponseReader(response, limits: stream.options.limits).error(),
        status: response.head.status.code,
        retryAfter: response.head.headerFields[.retryAfter].flatMap { Int($0) }
      )
    case .opened(let frames):
      state.connected()
      stream.observer?(.connected(cursor: state.cursor))
      return XRPCEventStream(
        frames: frames,
        nsid: Method.nsid,
        limits: stream.options.limits
      ).makeAsyncIterator()
    }
  }

  private mutating func keep(
    _ cursor: Int?,
    now isUrgent: Bool
  ) async throws(SubscriptionError<Method.Failure>) {
    guard let cursor, cursor != kept else { return }
    let now = ContinuousClock.now
    guard isUrgent || now - lastKept >= .seconds(1) else { return }
    do {
      try await stream.store.save(cursor)
    } catch {
      throw .cursorStore(error)
    }
    kept = cursor
    lastKept = now
  }

  /// A server's answer that is no WebSocket.
  private struct Refusal: Error {
    let error: XRPCError<Method.Failure>
    let status: Int
    let retryAfter: Int?
  }

  /// How a connection ended, for the state and for the caller.
  private struct End {
    let loss: SubscriptionState.Loss
    let error: SubscriptionError<Method.Failure>

    init(_ error: any Error) {
      switch error {
      case let refusal as Refusal:
        loss = .refused(status: refusal.status, retryAfter: refusal.retryAfter)
        self.error = .connection(refusal.error)
      case let frame as XRPCStreamError:
        loss = .errorFrame(name: frame.body.name)
        self.error = .failure(Method.Failure(frame.body))
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
