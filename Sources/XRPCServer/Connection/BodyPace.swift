import NIOCore

/// Measures whether a request body arrives fast enough. Callers pass the current time.
///
/// Only time in which the server wants to read counts: a handler may take as long as it needs to
/// process what it has read.
struct BodyPace {
  /// The time that any body may take.
  let grace: TimeAmount
  /// A body gets another second for each this many bytes.
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

  /// The time that is left for the peer to send more; nil if the server is not waiting for it.
  func remaining(_ now: NIODeadline) -> TimeAmount? {
    guard let waitingSince else { return nil }
    let seconds = Int64(bytes / minimumBytesPerSecond)
    return grace + .seconds(seconds) - waited - (now - waitingSince)
  }
}

/// The body of the request that a connection currently receives.
struct IncomingBody {
  var pace: BodyPace
  /// True from the head of a request to its end.
  private(set) var isReading = false
  /// True once the client has sent some of the body.
  private(set) var hasBegun = false
  /// The number of bytes that arrived after the response; nil before the response.
  var drained: Int?
  /// The number of bytes that the client has announced and not sent; 0 if it is not known.
  private(set) var outstanding = 0

  init(_ pace: BodyPace) {
    self.pace = pace
  }

  /// - Parameter length: the value of `Content-Length`.
  mutating func begin(_ length: Int?) {
    isReading = true
    hasBegun = false
    outstanding = length ?? 0
    pace.reset()
  }

  mutating func received(_ count: Int, _ now: NIODeadline) {
    hasBegun = true
    outstanding = max(0, outstanding - count)
    pace.received(count, now)
    drained = drained.map { $0 + count }
  }

  mutating func end() {
    isReading = false
    drained = nil
  }
}
