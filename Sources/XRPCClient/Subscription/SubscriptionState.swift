import ATProtoHTTP

/// Decides what a subscription does next, as a state machine without clock, sockets or randomness.
/// Its functions take what happens and return what to do.
struct SubscriptionState {
  /// Why there is no connection.
  enum Loss {
    /// The transport failed, or the server closed.
    case connection(TransportError?)
    /// The server refused the WebSocket with a status, and may have requested a delay.
    case refused(status: Int, retryAfter: Duration?)
    /// The server ended the stream with an error frame.
    case errorFrame(name: String)
    /// An invalid frame, or a sequence number that is not greater than the last.
    case violation
    /// An event that is too long, to be skipped.
    case leftOut
  }

  enum Action: Equatable {
    case retry(after: Duration)
    case giveUp
  }

  enum Verdict: Equatable {
    case deliver
    /// The event at the cursor, which some servers repeat.
    case skip
    case outOfOrder
  }

  /// How often an unreadable frame may recur, once for each connection.
  private static let maximumViolations = 3
  /// A longer delay requested by the server is cut to this.
  private static let maximumRetryAfter = Duration.seconds(3_600)

  let policy: ReconnectPolicy
  /// The sequence number of the last event delivered.
  private(set) var cursor: Int?
  /// The sequence number of the last event that the reader has processed.
  private(set) var processed: Int?
  private var failures = 0
  private var violations = 0
  private var isFirst = true

  init(policy: ReconnectPolicy, cursor: Int?) {
    self.policy = policy
    self.cursor = cursor
    processed = cursor
  }

  mutating func connected() {
    isFirst = true
  }

  /// Handles the arrival of an event. Messages without a sequence number are always delivered.
  mutating func received(_ sequence: Int?) -> Verdict {
    defer { isFirst = false }
    guard let sequence else {
      failures = 0
      return .deliver
    }
    if let cursor, sequence <= cursor {
      // "with greater-or-equal seq number": the first event of a connection may be the one at the
      // cursor (Event Stream specification, "Sequence Numbers").
      return isFirst && sequence == cursor ? .skip : .outOfOrder
    }
    cursor = sequence
    failures = 0
    violations = 0
    return .deliver
  }

  /// Handles a request for the next message: the reader has processed the last one.
  mutating func consumed() {
    processed = cursor
  }

  /// Handles the loss of a connection.
  ///
  /// - Parameter chance: a random number from 0 up to 1, for the jitter.
  mutating func lost(_ loss: Loss, chance: Double) -> Action {
    var least = Duration.zero
    switch loss {
    case .connection(let error):
      guard Self.isTransient(error) else { return .giveUp }
    case .refused(let status, let retryAfter):
      guard Self.isTransient(status) else { return .giveUp }
      least = min(retryAfter ?? .zero, Self.maximumRetryAfter)
    case .errorFrame(let name):
      // Other errors, in particular `FutureCursor`, are permanent: "most clients should not reset
      // sequence state without human operator intervention".
      guard name == "ConsumerTooSlow" || name == "InternalServerError" else { return .giveUp }
    case .violation:
      violations += 1
      guard violations < Self.maximumViolations else { return .giveUp }
    case .leftOut:
      // The event's sequence number is unknown. If there is a gap before it, it arrives again until
      // the cursor has passed the gap.
      cursor = cursor.map { $0 < .max ? $0 + 1 : $0 }
    }
    failures += 1
    if let maximum = policy.maximumAttempts, failures > maximum { return .giveUp }
    return .retry(after: max(least, delay(chance)))
  }

  /// Between half and all of the delay, so that subscribers who lost the same server do not all
  /// return at once.
  private func delay(_ chance: Double) -> Duration {
    let doublings = min(failures - 1, 30)
    let longest = min(policy.initialDelay * (1 << doublings), policy.maximumDelay)
    return longest * (0.5 + chance / 2)
  }

  private static func isTransient(_ error: TransportError?) -> Bool {
    switch error?.code {
    case nil, .cannotConnect, .connectionLost, .timedOut: true
    case .refusedAddress, .cancelled, .responseTooLarge, .requestBroken, .unsupported,
      .sessionEnded:
      false
    }
  }

  /// Event Stream specification, "Connection". Content delivery networks use their own statuses,
  /// 520 and above, for unreachable servers.
  private static func isTransient(_ status: Int) -> Bool {
    switch status {
    case 501, 505: false
    case 408, 429, 500...599: true
    default: false
    }
  }
}
