import Synchronization

/// Makes TIDs that strictly increase, whichever threads ask and whatever the clock does.
///
/// When the clock stands still or steps back, time goes on by one microsecond for each TID until
/// the clock has caught up. TID specification, "TID Structure", last paragraph.
public final class TIDGenerator: Sendable {
  /// 0 to 1023; tells this generator's TIDs from those of others at the same microsecond.
  public let clockIdentifier: UInt16

  private let clock: @Sendable () -> UInt64
  /// Microseconds of the last TID.
  private let last: Atomic<UInt64>

  /// - Parameters:
  ///   - clockIdentifier: taken modulo 1024; random unless given.
  ///   - latest: a TID this host made before a restart; all that follow are later.
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

  /// A TID later than any that this generator has made.
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

  /// A TID that is also later than `other`, such as the revision of the last commit; `nil` when no
  /// later one exists.
  ///
  /// `other` may come from outside and lie in the far future, so it moves only this answer and not
  /// the generator. Asked twice with the same future `other`, the answer is the same: pass each
  /// answer on as the next `other`.
  public func next(after other: TID) -> TID? {
    let tid = next()
    if tid > other { return tid }
    guard other.rawValue >> 63 == 0 else { return nil }
    return TID(microseconds: other.microseconds + 1, clockIdentifier: clockIdentifier)
  }
}
