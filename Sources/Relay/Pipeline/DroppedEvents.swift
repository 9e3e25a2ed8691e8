package import ATProtoRepo
import Synchronization

/// An event that was not passed on, for the operator.
package struct DroppedEvent: Hashable, Sendable {
  package let time: SyncTime
  /// `HostName.text`.
  package let host: String
  /// As it was in the event, truncated to 64 bytes.
  package let did: String
  /// `commit`, `sync`, `identity`, `account`, or `event`.
  package let kind: String
  package let reason: SyncRejection.Reason
  /// Truncated to 200 bytes. It may contain text from the event.
  package let detail: String
}

/// The last events that were not passed on.
package final class DroppedEvents: Sendable {
  private struct Ring {
    var events: [DroppedEvent] = []
    var next = 0
  }

  private let capacity: Int
  private let ring = Mutex(Ring())

  package init(capacity: Int = 500) {
    self.capacity = capacity
  }

  func note(
    _ rejection: SyncRejection,
    of content: FirehoseEvent.Content,
    did: String,
    host: String,
    at time: SyncTime
  ) {
    let event = DroppedEvent(
      time: time,
      host: host,
      did: did.cut(to: 64),
      kind: content.kind,
      reason: rejection.reason,
      detail: rejection.detail.cut(to: 200)
    )
    ring.withLock { ring in
      if ring.events.count < capacity {
        ring.events.append(event)
      } else {
        ring.events[ring.next] = event
        ring.next = (ring.next + 1) % capacity
      }
    }
  }

  /// Returns the last events that were dropped, newest first.
  package func recent(_ count: Int) -> [DroppedEvent] {
    ring.withLock { ring in
      let all = ring.events[ring.next...] + ring.events[..<ring.next]
      return Array(all.suffix(max(count, 0)).reversed())
    }
  }
}

extension FirehoseEvent.Content {
  /// The type of the message.
  var kind: String {
    switch self {
    case .commit: "commit"
    case .sync: "sync"
    case .identity: "identity"
    case .account: "account"
    case .info, .error, .malformed, .unknown: "event"
    }
  }
}

extension String {
  /// Keeps at most as many bytes, and whole characters.
  fileprivate func cut(to count: Int) -> String {
    guard utf8.count > count else { return self }
    var text = ""
    for scalar in unicodeScalars {
      guard text.utf8.count + UTF8.width(scalar) <= count else { break }
      text.unicodeScalars.append(scalar)
    }
    return text
  }
}
