import Synchronization

/// Generates strictly increasing TIDs, across threads and regardless of clock changes.
///
/// If the clock stands still or steps back, time advances by one microsecond for each TID until the
/// clock catches up (TID specification, "TID Structure", last paragraph).
public final class TIDGenerator: Sendable {
  /// 0 to 1023; distinguishes this generator's TIDs from those of others at the same microsecond.
  public let clockIdentifier: UInt16

  private let clock: @Sendable () -> UInt64
  /// The time of the last TID, in microseconds.
  private let last: Atomic<UInt64>

  /// Creates a generator.
  ///
  /// - Parameters:
  ///   - clockIdentifier: taken modulo 1024; random if nil.
  ///   - latest: a TID that this host generated before a restart; all following TIDs are later.
  public convenience init(clockIdentifier: UInt16? = nil, after latest: TID? = nil) {
    self.init(clockIdentifier: clockIdentifier, after: latest) {
      UInt64(max(0, Datetime.Instant.now.microseconds))
    }
  }

  /// - Parameter clock: microseconds since the Unix epoch.
  package init(
    clockIdentifier: UInt16? = nil,
    after latest: TID? = nil,
    clock: @escaping @Sendable () -> UInt64
  ) {
    self.clockIdentifier =
      (clockIdentifier ?? UInt16.random(in: 0...TID.maximumClockIdentifier))
      & TID.maximumClockIdentifier
    self.clock = clock
    self.last = Atomic(latest?.microseconds ?? 0)
  }

  /// Returns a TID later than all others from this generator.
  public func next() -> TID {
    let now = min(clock(), TID.maximumMicroseconds)
    var previous = last.load(ordering: .relaxed)
    while true {
      let microseconds = max(now, previous + 1)
      let (exchanged, original) = last.weakCompareExchange(
        expected: previous,
        desired: microseconds,
        ordering: .relaxed
      )
      if exchanged {
        guard let tid = TID(microseconds: microseconds, clockIdentifier: clockIdentifier) else {
          preconditionFailure("the clock is past the last TID, in the year 2255")
        }
        return tid
      }
      previous = original
    }
  }

  /// Returns a TID that is also later than `other`, such as the revision of the last commit, or nil
  /// if there cannot be a later one.
  ///
  /// `other` may come from outside and be in the far future, so it affects only this result and not
  /// the generator. Two calls with the same future `other` return the same TID: pass each result as
  /// the next `other`.
  public func next(after other: TID) -> TID? {
    let tid = next()
    if tid > other { return tid }
    guard other.rawValue >> 63 == 0 else { return nil }
    return TID(microseconds: other.microseconds + 1, clockIdentifier: clockIdentifier)
  }
}
