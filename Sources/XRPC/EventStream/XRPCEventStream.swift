public import ATProtoData

/// The messages of a subscription, in order: what a handler returns and a client iterates.
///
/// Messages are pulled one at a time, so a slow reader slows the source. One task reads it; a
/// second iterator would take turns with the first. For a client, an error frame of the server
/// is thrown as ``XRPCStreamError``.
public struct XRPCEventStream<Message: LexiconUnion>: AsyncSequence, Sendable {
  let produce: @Sendable () async throws -> Message?

  /// A stream that asks `next` for each message until it returns nil or throws.
  public init(next: @escaping @Sendable () async throws -> Message?) {
    produce = next
  }

  public init(_ stream: AsyncThrowingStream<Message, any Error>) {
    // Iterators of one AsyncThrowingStream share its state, so a fresh one for each message goes
    // on where the last stopped.
    produce = {
      var iterator = stream.makeAsyncIterator()
      return try await iterator.next()
    }
  }

  public init(_ messages: [Message]) {
    let stream = AsyncThrowingStream<Message, any Error> { continuation in
      for message in messages { continuation.yield(message) }
      continuation.finish()
    }
    self.init(stream)
  }

  public struct AsyncIterator: AsyncIteratorProtocol {
    var produce: (@Sendable () async throws -> Message?)?

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

  public func makeAsyncIterator() -> AsyncIterator {
    AsyncIterator(produce: produce)
  }
}

/// An error frame: the server ends the stream with it.
public struct XRPCStreamError: Error, Hashable, Sendable {
  public var body: XRPCErrorBody

  public init(_ body: XRPCErrorBody) {
    self.body = body
  }
}
