/// Frames that were encoded once for all who read the stream.
///
/// Servers that know the type behind it send its frames without a copy for each subscriber;
/// ``frames()`` is for the rest, `InMemoryTransport` among them.
public protocol SharedEventStream: Sendable {
  /// Binary WebSocket messages, an error frame last where the stream fails.
  func frames() -> AsyncThrowingStream<[UInt8], any Error>
}
