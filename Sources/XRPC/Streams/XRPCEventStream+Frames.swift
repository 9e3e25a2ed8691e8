package import ATProtoData
import Synchronization

extension XRPCEventStream {
  /// The stream as binary WebSocket messages. What the handler throws becomes an error frame,
  /// after which the stream ends, as the Event Stream specification asks for in "Framing".
  func frames(nsid: String) -> AsyncThrowingStream<[UInt8], any Error> {
    let source = FrameSource(nsid: nsid, produce: produce)
    return AsyncThrowingStream { try await source.next() }
  }

  /// Typed messages out of binary WebSocket messages. Frames with an unknown `op` are skipped.
  package init(
    frames: AsyncThrowingStream<[UInt8], any Error>,
    nsid: String,
    limits: DataLimits
  ) {
    self.init {
      var iterator = frames.makeAsyncIterator()
      while let bytes = try await iterator.next() {
        switch try EventStreamFrame(bytes: bytes, limits: limits) {
        case .message(let type, let payload):
          return try Message(framePayload: payload, type: type, nsid: nsid, limits: limits)
        case .error(let body):
          throw XRPCStreamError(body)
        case .unknown:
          continue
        }
      }
      return nil
    }
  }
}

/// Remembers that an error frame was the last.
private final class FrameSource<Message: LexiconUnion>: Sendable {
  private let nsid: String
  private let produce: @Sendable () async throws -> Message?
  private let hasEnded = Mutex(false)

  init(nsid: String, produce: @escaping @Sendable () async throws -> Message?) {
    self.nsid = nsid
    self.produce = produce
  }

  func next() async throws -> [UInt8]? {
    guard !hasEnded.withLock({ $0 }) else { return nil }
    do {
      guard let message = try await produce() else { return nil }
      return try message.frameBytes(nsid: nsid)
    } catch is CancellationError {
      return nil
    } catch {
      hasEnded.withLock { $0 = true }
      return EventStreamFrame.error(XRPCServerError(describing: error).body).bytes()
    }
  }
}
