import Synchronization
import XRPCServer

// Messages of the subscriber.

extension JetstreamSubscription {
  func received(_ message: WebSocketMessage) async throws {
    guard version == .one else {
      throw WebSocketClosing(code: 1008, reason: "this endpoint does not accept messages")
    }
    guard case .text(let text) = message,
      case .update(let filter) = try JetstreamMessage(text)
    else { return }
    state.withLock { state in
      state.filter = filter
      state.accounts = nil
      if state.isWaitingForHello, startsLive {
        state.place = .log(LogPosition(sequence: feed.log.last?.sequence ?? 0), from: 0)
      }
      state.isWaitingForHello = false
    }
    updates.notify()
  }
}
