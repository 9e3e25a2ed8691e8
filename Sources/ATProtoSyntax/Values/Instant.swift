#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#elseif canImport(Glibc)
import Glibc
#endif

extension Datetime {
  /// A point in time with nanosecond precision on the Unix time scale, which has no leap seconds.
  public struct Instant: Hashable, Sendable {
    /// Whole seconds since 1970-01-01T00:00:00Z, rounded down; negative for earlier times.
    public let seconds: Int64
    /// 0 to 999,999,999, counted forward from `seconds`, even before 1970.
    public let nanoseconds: Int32

    /// Creates an instant. Nanoseconds outside their range are carried into the seconds.
    public init(seconds: Int64, nanoseconds: Int32 = 0) {
      let carried = Int64(nanoseconds).quotientAndRemainder(dividingBy: 1_000_000_000)
      let borrow: Int64 = carried.remainder < 0 ? 1 : 0
      self.seconds = seconds + carried.quotient - borrow
      self.nanoseconds = Int32(carried.remainder + borrow * 1_000_000_000)
    }

    /// The time of the system clock.
    public static var now: Instant {
      var time = timespec()
      clock_gettime(CLOCK_REALTIME, &time)
      return Instant(seconds: Int64(time.tv_sec), nanoseconds: Int32(time.tv_nsec))
    }

    /// Microseconds since the Unix epoch, rounded down; exact for every instant of a ``Datetime``.
    var microseconds: Int64 {
      seconds * 1_000_000 + Int64(nanoseconds / 1000)
    }
  }
}

extension Datetime.Instant: Comparable {
  /// Whether one instant is earlier than the other.
  public static func < (lhs: Self, rhs: Self) -> Bool {
    (lhs.seconds, lhs.nanoseconds) < (rhs.seconds, rhs.nanoseconds)
  }
}
