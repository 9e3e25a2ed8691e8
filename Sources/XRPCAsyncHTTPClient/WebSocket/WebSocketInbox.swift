import ATProtoHTTP
import NIOCore
import Synchronization

/// The messages that have arrived but have not been read.
///
/// Its limit lets a slow reader slow down the sender: the socket is not read while the inbox is
/// full.
final class WebSocketInbox: Sendable {
  private struct State {
    var messages = CircularBuffer<[UInt8]>()
    var byteCount = 0
    var isFull = false
    var ending: Result<Void, TransportError>?
    var waiter: CheckedContinuation<Void, Never>?

    mutating func takeWaiter() -> CheckedContinuation<Void, Never>? {
      defer { waiter = nil }
      return waiter
    }
  }

  /// The size counted for an empty message, because a server could send millions of them.
  private static let messageCost = 64

  private let state = Mutex(State())
  private let channel: any Channel
  private let maximumBytes: Int

  /// - Parameter maximumBytes: the size at which the inbox is full; more waits in the kernel. One
  ///   message may be larger.
  init(_ channel: any Channel, maximumBytes: Int) {
    self.channel = channel
    self.maximumBytes = maximumBytes
  }

  /// Whether the socket should be read. If not, the inbox requests a read as soon as it has space.
  var hasRoom: Bool { state.withLock { !$0.isFull } }

  func push(_ message: [UInt8]) {
    let waiter = state.withLock { state in
      state.messages.append(message)
      state.byteCount += message.count + Self.messageCost
      state.isFull = state.byteCount >= maximumBytes
      return state.takeWaiter()
    }
    waiter?.resume()
  }

  /// Ends the stream after the messages that have already arrived. Only the first call counts.
  func finish(_ ending: Result<Void, TransportError>) {
    let waiter = state.withLock { state in
      state.ending = state.ending ?? ending
      return state.takeWaiter()
    }
    waiter?.resume()
  }

  /// Returns the next message, or nil if the peer closed the connection in an orderly way. Only one
  /// task may read at a time.
  func next() async throws -> [UInt8]? {
    try await next { state in
      guard let message = state.messages.popFirst() else { return nil }
      state.byteCount -= message.count + Self.messageCost
      return message
    }
  }

  /// Returns all messages that have arrived, or nil if the peer closed the connection in an orderly
  /// way. Only one task may read at a time.
  func nextBatch() async throws -> [[UInt8]]? {
    try await next { state in
      guard !state.messages.isEmpty else { return nil }
      let messages = Array(state.messages)
      state.messages.removeAll(keepingCapacity: messages.count < 64)
      state.byteCount = 0
      return messages
    }
  }

  private func next<Messages: Sendable>(
    _ pop: (inout State) -> Messages?
  ) async throws -> Messages? {
    while true {
      switch take(pop) {
      case .messages(let messages): return messages
      case .end(let ending):
        try ending.get()
        return nil
      case .wait:
        await withTaskCancellationHandler {
          await withCheckedContinuation { wait($0) }
        } onCancel: {
          cancel()
        }
      }
    }
  }

  private enum Step<Messages: Sendable>: Sendable {
    case messages(Messages)
    case end(Result<Void, TransportError>)
    case wait
  }

  private func take<Messages: Sendable>(
    _ pop: (inout State) -> Messages?
  ) -> Step<Messages> {
    let (step, isDrained) = state.withLock { state -> (Step<Messages>, Bool) in
      guard let messages = pop(&state) else {
        return (state.ending.map { .end($0) } ?? .wait, false)
      }
      let isDrained = state.isFull && state.byteCount < maximumBytes / 2
      if isDrained { state.isFull = false }
      return (.messages(messages), isDrained)
    }
    if isDrained { channel.read() }
    return step
  }

  private func wait(_ waiter: CheckedContinuation<Void, Never>) {
    let woken = state.withLock { state -> CheckedContinuation<Void, Never>? in
      guard state.messages.isEmpty, state.ending == nil else { return waiter }
      let other = state.takeWaiter()
      state.waiter = waiter
      return other
    }
    woken?.resume()
  }

  private func cancel() {
    finish(.failure(.cancelled))
    channel.close(promise: nil)
  }
}
