public import ATProtoData

/// The messages of a subscription in order. A handler returns such a stream, and a client iterates
/// over it.
///
/// Messages are pulled one at a time, so a slow reader slows down the source. Only one task should
/// read a stream: two iterators share its messages. A client's stream throws ``XRPCStreamError`` for
/// an error frame of the server.
public struct XRPCEventStream<Message: LexiconUnion>: AsyncSequence, Sendable {
  let produce: @Sendable () async throws -> Message?

  /// Creates a stream that calls `next` for each message until it returns nil or throws.
  public init(next: @escaping @Sendable () async throws -> Message?) {
    produce = next
  }

  /// Creates a stream from an `AsyncThrowingStream`.
  public init(_ stream: AsyncThrowingStream<Message, any Error>) {
    // Iterators of one AsyncThrowingStream share its state, so a new one for each message continues
    // after the last message.
    produce = {
      var iterator = stream.makeAsyncIterator()
      return try await iterator.next()
    }
  }

  /// Creates a stream of the given messages.
  public init(_ messages: [Message]) {
    let stream = AsyncThrowingStream<Message, any Error> { continuation in
      for message in messages { continuation.yield(message) }
      continuation.finish()
    }
    self.init(stream)
  }

  /// Reads a stream message by message.
  public struct AsyncIterator: AsyncIteratorProtocol {
    var produce: (@Sendable () async throws -> Message?)?

    /// Reads the next message; nil at the end.
    public mutating func next() async throws -> Message? {
      guard let produce else { return nil }
      do {
        if let message = try await produce() { return message }
        self.produce = nil
        return nil
      } catch {
        self.produce = nil
        throw error
      }
    }
  }

  /// Starts to read the stream.
  public func makeAsyncIterator() -> AsyncIterator {
    AsyncIterator(produce: produce)
  }
}

/// The error frame with which the server ended the stream.
public struct XRPCStreamError: Error, Hashable, Sendable {
  /// The name and message of the error.
  public var body: XRPCErrorBody

  /// Creates an error.
  public init(_ body: XRPCErrorBody) {
    self.body = body
  }
}

/// Frames that are encoded once for all subscribers of a stream.
///
/// A server that knows the concrete type sends its frames without a copy for each subscriber; others
/// use ``frames()``, for instance an in-memory transport.
public protocol SharedEventStream: Sendable {
  /// The binary WebSocket messages; the last one is an error frame if the stream fails.
  func frames() -> AsyncThrowingStream<[UInt8], any Error>
}
