/// What happens to a push after an attempt: pure.
enum PushState {
  enum Outcome: Hashable, Sendable {
    case delivered
    /// The target does not have the subject, so there is nothing to take down.
    case unknownSubject
    /// The push is tried again.
    case failed(String)
  }

  /// The delays double from the first to the longest one, and attempts never end: a target that was
  /// down for a week still gets the takedown.
  static let firstDelay = 1_000
  static let longestDelay = 3_600_000
  static let maximumReasonBytes = 500

  /// - Parameters:
  ///   - row: what is stored now.
  ///   - sent: what was sent.
  ///   - jitter: from 0 to 1, so that many pushes do not return together.
  /// - Returns: the row to store; nil if a later event has replaced the one that was sent.
  static func next(
    _ row: PushRow?,
    afterSending sent: PushRow,
    _ outcome: Outcome,
    at now: Int,
    jitter: Double
  ) -> PushRow? {
    guard var next = row, next.event == sent.event, next.isApplied == sent.isApplied else {
      return nil
    }
    next.attempts += 1
    switch outcome {
    case .delivered:
      next.confirm(at: now)
    case .unknownSubject:
      next.confirm(at: now)
      next.error = "the service does not have the subject"
    case .failed(let reason):
      next.error = String(decoding: reason.utf8.prefix(maximumReasonBytes), as: UTF8.self)
      next.dueAt = now + delay(afterAttempts: next.attempts, jitter: jitter)
    }
    return next
  }

  /// In milliseconds: half of it is fixed, the other half varies.
  static func delay(afterAttempts attempts: Int, jitter: Double) -> Int {
    let full = min(longestDelay, firstDelay << min(max(0, attempts - 1), 20))
    return full / 2 + Int(Double(full / 2) * min(max(0, jitter), 1))
  }
}

extension PushRow {
  fileprivate mutating func confirm(at now: Int) {
    confirmedAt = now
    dueAt = nil
    error = nil
  }
}
