import NIOCore

/// Whether a request's body comes fast enough. A value: who asks brings the time along.
///
/// Only time counts in which we wanted to read: a handler may take as long as it likes with what
/// it has.
struct BodyPace {
  /// What every body may take, and how much longer for its length.
  let grace: TimeAmount
  let minimumBytesPerSecond: Int

  private var waited: TimeAmount = .zero
  private var waitingSince: NIODeadline?
  private var bytes = 0

  init(grace: TimeAmount, minimumBytesPerSecond: Int) {
    self.grace = grace
    self.minimumBytesPerSecond = max(1, minimumBytesPerSecond)
  }

  mutating func reset() {
    waited = .zero
    waitingSince = nil
    bytes = 0
  }

  mutating func willWait(_ now: NIODeadline) {
    if waitingSince == nil { waitingSince = now }
  }

  mutating func received(_ count: Int, _ now: NIODeadline) {
    if let waitingSince { waited = waited + (now - waitingSince) }
    waitingSince = nil
    bytes += count
  }

  /// How long the peer may still keep us waiting; nil while we do not wait for it.
  func remaining(_ now: NIODeadline) -> TimeAmount? {
    guard let waitingSince else { return nil }
    let seconds = Int64(bytes / minimumBytesPerSecond)
    return grace + .seconds(seconds) - waited - (now - waitingSince)
  }
}
