/// The checks and limits of a service that follows accounts.
public struct SyncPolicy: Sendable {
  /// Verifies messages, strictly or leniently.
  public var verifier: CommitVerifier
  /// Whether events come directly from hosts, so that each must come from the account's own PDS. A
  /// consumer of a relay cannot know the host.
  public var checksHost: Bool
  /// Whether the records are kept here. If so, a `#sync` message with another tree requires the
  /// repository, and not just its commit.
  public var keepsRecords: Bool
  /// How long an identity is used before it is fetched again, in microseconds.
  public var identityLifetime: SyncTime
  /// The minimum time between two refreshes of an identity, in microseconds: "Rate limits might
  /// also be applied to recovery modes such as invalid signatures resulting in an identity
  /// refresh".
  public var refreshInterval: SyncTime
  /// The maximum number of waiting events of an account from one host: data (`#commit` and
  /// `#sync`), and as many others.
  public var maximumQueuedEvents: Int
  /// The same in bytes of frames. One event may always wait.
  public var maximumQueuedBytes: Int

  /// Creates a policy; limits that are not given are the defaults.
  public init(
    verifier: CommitVerifier = CommitVerifier(),
    checksHost: Bool,
    keepsRecords: Bool,
    identityLifetime: SyncTime = 86_400_000_000,
    refreshInterval: SyncTime = 60_000_000,
    maximumQueuedEvents: Int = 1000,
    maximumQueuedBytes: Int = 8 << 20
  ) {
    self.verifier = verifier
    self.checksHost = checksHost
    self.keepsRecords = keepsRecords
    self.identityLifetime = identityLifetime
    self.refreshInterval = refreshInterval
    self.maximumQueuedEvents = maximumQueuedEvents
    self.maximumQueuedBytes = maximumQueuedBytes
  }

  /// A relay, which is connected to hosts and keeps no records.
  public static let relay = SyncPolicy(checksHost: true, keepsRecords: false)

  /// A relay that accepts hosts from before Sync 1.1.
  public static let lenientRelay = SyncPolicy(
    verifier: CommitVerifier(relaxations: Set(SyncRelaxation.allCases)),
    checksHost: true,
    keepsRecords: false
  )

  /// A consumer of a relay that keeps records.
  public static let consumer = SyncPolicy(checksHost: false, keepsRecords: true)
}
