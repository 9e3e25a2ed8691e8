import Synchronization
import XRPC

/// Ends event streams with an error frame.
enum ErrorFrames {
  /// Returns the frames of `next` until it returns nil. If it throws, the last frame is an error
  /// frame (Event Stream specification, "Framing").
  static func appended(
    to next: @escaping @Sendable () async throws -> [UInt8]?
  ) -> AsyncThrowingStream<[UInt8], any Error> {
    let source = FrameSource(next)
    return AsyncThrowingStream { await source.next() }
  }
}

/// Remembers that the error frame has been sent.
private final class FrameSource: Sendable {
  private let produce: @Sendable () async throws -> [UInt8]?
  private let hasEnded = Mutex(false)

  init(_ produce: @escaping @Sendable () async throws -> [UInt8]?) {
    self.produce = produce
  }

  func next() async -> [UInt8]? {
    guard !hasEnded.withLock({ $0 }) else { return nil }
    do {
      return try await produce()
    } catch is CancellationError {
      return nil
    } catch {
      hasEnded.withLock { $0 = true }
      return EventStreamFrame.error(XRPCServerError(describing: error).body).bytes()
    }
  }
}
