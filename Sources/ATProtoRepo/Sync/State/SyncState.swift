public import ATProtoSyntax

/// Follows one account: decides on its events in order, with the state that it keeps.
///
/// A state takes inputs and returns actions. It has no clock, no tasks, and no locks; a driver
/// carries out the actions and passes the results back in. A service may drop a state that is
/// idle and keep only its ``account``.
///
///     for action in state.receive(input, at: now) {
///       switch action {
///       case .accept(let id, let outcome): …
///       case .resolveIdentity(let isRefresh): …   // later: state.identityResolved(…)
///       …
///       }
///     }
///
/// Every event is accepted or rejected exactly once. Events that wait for an answer do not hold up
/// other accounts, and events of strangers, that is, other hosts than the PDS, do not hold up those
/// of the PDS.
public struct SyncState: Sendable {
  /// The state of the account.
  public internal(set) var account: SyncAccount

  let policy: SyncPolicy
  /// Events that have not been decided, in order.
  var queue: [WaitingEvent] = []
  /// Data that waits until the repository has been fetched.
  var held: [WaitingEvent] = []
  /// Events of other hosts than the known PDS, which wait for a refresh of the identity.
  var strangers: [WaitingEvent] = []
  var lookup: IdentityLookup?
  /// The last successful lookup.
  var answer: IdentityAnswer?
  var brokenIdentity: BrokenIdentity?
  var failedSignature: FailedSignature?
  var statusQuery: StatusQuery?
  var fetch: RepositoryFetch
  /// The host of data that was dropped because too much was waiting.
  var missedHost: String?

  /// Creates the state of an account.
  ///
  /// If the account is not synchronized, the repository is fetched at the next input.
  public init(_ account: SyncAccount, policy: SyncPolicy) {
    self.account = account
    self.policy = policy
    fetch = account.phase == .synchronized ? RepositoryFetch() : RepositoryFetch(stage: .wanted)
  }

  /// Whether nothing is waiting, expected, or remembered except ``account``.
  public var isIdle: Bool {
    queue.isEmpty && held.isEmpty && strangers.isEmpty && lookup == nil && brokenIdentity == nil
      && statusQuery == nil && fetch.stage == .idle
  }

  /// Whether a lookup of the identity is running, or will be repeated.
  public var isResolvingIdentity: Bool { lookup != nil }

  /// The size of the frames of all waiting events, in bytes.
  public var queuedBytes: Int {
    [queue, held, strangers].joined().reduce(0) { $0 + $1.input.size }
  }

  /// The number of waiting events.
  public var queuedCount: Int { queue.count + held.count + strangers.count }

  // MARK: Inputs

  /// Takes an event of the account.
  public mutating func receive(_ input: SyncInput, at now: SyncTime) -> [SyncAction] {
    let event = WaitingEvent(input: input, receivedAt: now)
    // A host that repeats thousands of events, as after a lost cursor, must cause no lookups, and
    // must not fill the queue.
    if let rejection = staleness(of: input.content) {
      return run(at: now, after: [.reject(id: input.id, rejection)])
    }
    guard hasRoom(for: event) else {
      if event.isData { missedHost = input.host }
      return [.reject(id: input.id, SyncRejection(.queueFull, "too many events are waiting"))]
    }
    queue.append(event)
    return run(at: now)
  }

  /// Takes the answer to ``SyncAction/resolveIdentity(isRefresh:)``.
  ///
  /// - Parameter handle: the handle that the DID document claims, which need not be confirmed.
  public mutating func identityResolved(
    _ result: Result<SyncIdentity, SyncFailure>,
    claims handle: Handle?,
    at now: SyncTime
  ) -> [SyncAction] {
    var actions: [SyncAction] = []
    takeIdentity(result, handle, now, &actions)
    return run(at: now, after: actions)
  }

  /// Takes the answer to ``SyncAction/fetchHostStatus``.
  public mutating func hostStatusFetched(
    _ result: Result<HostedStatus, SyncFailure>,
    at now: SyncTime
  ) -> [SyncAction] {
    var actions: [SyncAction] = []
    takeHostStatus(result, &actions)
    return run(at: now, after: actions)
  }

  /// Takes the answer to ``SyncAction/fetchRepository``: the commit of a repository that has been
  /// verified, with its signature.
  public mutating func repositoryFetched(
    _ result: Result<Commit, SyncFailure>,
    at now: SyncTime
  ) -> [SyncAction] {
    var actions: [SyncAction] = []
    takeRepository(result, now, &actions)
    return run(at: now, after: actions)
  }

  /// Continues what is due at this time.
  public mutating func wake(at now: SyncTime) -> [SyncAction] {
    var actions: [SyncAction] = []
    if let brokenIdentity, brokenIdentity.until <= now { self.brokenIdentity = nil }
    if let statusQuery, statusQuery.isOver(at: now) { self.statusQuery = nil }
    retryLookup(now, &actions)
    if case .pausing(let end) = fetch.stage, end <= now { fetch.stage = .wanted }
    return run(at: now, after: actions)
  }

  /// Makes the state fetch the repository, because events were not given to it: when a takedown is
  /// reversed, or an account is admitted again.
  public mutating func desynchronize(at now: SyncTime) -> [SyncAction] {
    var actions: [SyncAction] = []
    beginFetch(&actions)
    return run(at: now, after: actions)
  }

  // MARK: The queue

  enum Step {
    /// The event was accepted or rejected.
    case finished
    /// The event, and those after it, wait for an answer.
    case waiting
    /// The event waits for the repository.
    case held
    /// The event waits for a refresh, but those after it do not.
    case setAside
  }

  /// Decides on events until one must wait.
  private mutating func run(at now: SyncTime, after actions: [SyncAction] = []) -> [SyncAction] {
    var actions = actions
    while let event = queue.first {
      let step = decide(event, now, &actions)
      if step == .waiting { break }
      queue.removeFirst()
      failedSignature = nil
      switch step {
      case .held: held.append(event)
      case .setAside: strangers.append(event)
      case .finished, .waiting: break
      }
    }
    settle(now, &actions)
    return actions
  }

  /// Limits are per host, so that a stranger cannot take the places of the PDS, and data cannot take
  /// those of `#account` and `#identity`.
  private func hasRoom(for event: WaitingEvent) -> Bool {
    var count = 0
    var bytes = event.input.size
    for other in [queue, held, strangers].joined()
    where other.input.host == event.input.host && other.isData == event.isData {
      count += 1
      bytes += other.input.size
    }
    return count == 0
      || count < policy.maximumQueuedEvents && bytes <= policy.maximumQueuedBytes
  }
}

/// An event that has not been decided.
struct WaitingEvent: Sendable {
  let input: SyncInput
  let receivedAt: SyncTime

  /// Whether the event is about the repository.
  var isData: Bool {
    switch input.content {
    case .commit, .sync: true
    default: false
    }
  }
}

extension SyncTime {
  /// A later time; the end of time if there is none.
  func adding(_ delay: SyncTime) -> SyncTime {
    let (sum, isOverflowing) = addingReportingOverflow(delay)
    return isOverflowing ? .max : sum
  }

  /// A delay that doubles with each attempt, the first of which has the number 1.
  static func backOff(from first: SyncTime, to longest: SyncTime, attempt: Int) -> SyncTime {
    attempt > 30 ? longest : Swift.min(first << SyncTime(attempt - 1), longest)
  }
}
