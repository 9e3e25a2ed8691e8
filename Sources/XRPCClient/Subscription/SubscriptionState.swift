import ATProtoHTTP

/// Decides what a subscription does next: without time, sockets or chance of its own.
///
/// What happens is told to it; the answer is what to do.
struct SubscriptionState {
  /// Why a connection is not there, or not any more.
  enum Loss {
    /// The transport failed, or the server closed.
    case connection(TransportError?)
    /// No WebSocket; the status, and how long the server wants to be left alone.
    case refused(status: Int, retryAfter: Duration?)
    /// The server's last frame.
    case errorFrame(name: String)
    /// A frame that is none, or a sequence number that is not greater than the last.
    case violation
    /// An event too long to be read, which is to be left out.
    case leftOut
  }

  enum Action: Equatable {
    case retry(after: Duration)
    case giveUp
  }

  enum Verdict: Equatable {
    case deliver
    /// The event that the cursor names, which some servers repeat.
    case skip
    case outOfOrder
  }

  /// A frame that cannot be read comes again with each connection; so often it may.
  private static let maximumViolations = 3
  /// A server cannot keep us away for longer.
  private static let maximumRetryAfter = Duration.seconds(3_600)

  let policy: ReconnectPolicy
  /// Of the last event delivered.
  private(set) var cursor: Int?
  /// Of the last event that the consumer is done with.
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

  /// An event came; messages without a sequence number are always delivered.
  mutating func received(_ sequence: Int?) -> Verdict {
    defer { isFirst = false }
    guard let sequence else {
      failures = 0
      return .deliver
    }
    if let cursor, sequence <= cursor {
      // "with greater-or-equal seq number": the first of a connection may be the cursor's own
      // (Event Stream specification, "Sequence Numbers").
      return isFirst && sequence == cursor ? .skip : .outOfOrder
    }
    cursor = sequence
    failures = 0
    violations = 0
    return .deliver
  }

  /// The consumer asks for the next message, so it is done with the last.
  mutating func consumed() {
    processed = cursor
  }

  /// - Parameter chance: from 0 up to 1, for the jitter.
  mutating func lost(_ loss: Loss, chance: Double) -> Action {
    var least = Duration.zero
    switch loss {
    case .connection(let error):
      guard Self.isTransient(error) else { return .giveUp }
    case .refused(let status, let retryAfter):
      guard Self.isTransient(status) else { return .giveUp }
      least = min(retryAfter ?? .zero, Self.maximumRetryAfter)
    case .errorFrame(let name):
      // Others, `FutureCursor` first of all, will not go away: "most clients should not reset
      // sequence state without human operator intervention".
      guard name == "ConsumerTooSlow" || name == "InternalServerError" else { return .giveUp }
    case .violation:
      violations += 1
      guard violations < Self.maximumViolations else { return .giveUp }
    case .leftOut:
      // Its number cannot be read. Where numbers have gaps it may come again, until they are passed.
      cursor = cursor.map { $0 < .max ? $0 + 1 : $0 }
    }
    failures += 1
    if let maximum = policy.maximumAttempts, failures > maximum { return .giveUp }
    return .retry(after: max(least, delay(chance)))
  }

  /// Between half of the pause and all of it, so that those who lost one server do not come back
  /// in one moment.
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

  /// Event Stream specification, "Connection". Networks that stand before servers have statuses of
  /// their own, from 520 on, for servers that are away.
  private static func isTransient(_ status: Int) -> Bool {
    switch status {
    case 501, 505: false
    case 408, 429, 500...599: true
    default: false
    }
  }
}
