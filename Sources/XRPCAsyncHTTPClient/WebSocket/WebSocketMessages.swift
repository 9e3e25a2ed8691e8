import ATProtoHTTP
import NIOCore

/// A reader's reference to a WebSocket, which is closed when the reference is released.
final class WebSocketMessages: Sendable {
  private let inbox: WebSocketInbox
  private let channel: any Channel

  init(_ inbox: WebSocketInbox, _ channel: any Channel) {
    self.inbox = inbox
    self.channel = channel
  }

  deinit {
    channel.close(promise: nil)
  }

  func stream() -> AsyncThrowingStream<[UInt8], any Error> {
    AsyncThrowingStream { try await self.inbox.next() }
  }

  func batches() -> FrameBatches {
    FrameBatches { try await self.inbox.nextBatch() }
  }
}
