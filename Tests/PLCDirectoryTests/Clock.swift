import ATProtoSyntax
import Synchronization

/// A clock that advances only when told to.
final class Clock: Sendable {
  private let seconds = Mutex<Int64>(1_767_225_600)

  var now: Datetime { Datetime(Datetime.Instant(seconds: seconds.withLock { $0 }))! }

  func advance(_ count: Int64) {
    seconds.withLock { $0 += count }
  }
}
