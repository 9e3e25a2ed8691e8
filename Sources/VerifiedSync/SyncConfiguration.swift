public import ATProtoSyntax
public import XRPCClient

/// Which repositories a ``SyncConsumer`` keeps in sync.
public enum SyncBoundary: Hashable, Sendable {
  /// These, and those that are added later.
  case repositories([DID])
  /// All that have a record in a collection, and those that are added.
  case signal(NSID)
  /// All that have a record in a collection that matches a pattern, and those that are added.
  ///
  /// They are found with `listReposByCollection`; if the relay does not have that method, or if a
  /// pattern is a prefix, all repositories of `listRepos` are fetched once. A repository that is
  /// not known begins with its first commit, whatever that changes, without a fetch; a later commit
  /// of one leads to a fetch if it changes a matching collection, and costs nothing otherwise.
  case collections([CollectionPattern])
  /// All that the relay knows.
  case network
}

/// The configuration of a ``SyncConsumer``.
public struct SyncConfiguration: Sendable {
  /// The relay, or a PDS, whose firehose is followed.
  public var relay: ServiceEndpoint
  /// The repositories to keep in sync.
  public var boundary: SyncBoundary
  /// The collections whose records are delivered; empty for all.
  public var collections: [CollectionPattern] = []
  /// How many groups of repositories are verified at once.
  public var firehoseParallelism = 10
  /// How many repositories are fetched at once.
  public var resyncParallelism = 5
  /// The minimum time between two fetches of a repository. An account that repeatedly breaks its
  /// chain cannot monopolize the consumer; its fetches take at most a tenth of the time.
  public var resyncInterval: Duration = .seconds(60)
  /// How often the position in the firehose is saved.
  public var cursorSaveInterval: Duration = .seconds(1)
  /// The events that may wait for delivery; while there are more, nothing new is read.
  public var outboxCapacity = 100_000
  /// The longest time for fetching one repository.
  public var repositoryTimeout: Duration = .seconds(300)
  /// The largest repository that is fetched, in bytes.
  public var maximumRepositoryBytes = 4 << 30
  /// The directory for files of repositories that are being fetched. They have no name there.
  public var scratchDirectory = "/tmp"
  /// The time after which an event that is not acknowledged is delivered again.
  public var retryTimeout: Duration = .seconds(60)
  /// Whether a restarted consumer continues at its saved position. If not, it continues with new
  /// events, and repositories that changed in the meantime are fetched at their next commit.
  public var replaysFromCursor = true
  /// Whether repositories are fetched from the relay first, and from the PDS if that fails.
  /// Redirects of the relay are followed with the transport for PDSs.
  public var fetchesFromRelay = false
  /// The pause after the first failed attempt to fetch a repository, which doubles with each one.
  public var firstRetry: Duration = .seconds(60)
  /// The longest pause between two attempts.
  public var longestRetry: Duration = .seconds(3_600)
  /// The longest pause before the stream is opened again.
  public var longestReconnect: Duration = .seconds(60)
  /// The minimum time between two refreshes of an identity.
  public var identityRefreshInterval: Duration = .seconds(60)
  /// Whether nobody decides what to do if the stream has been reset (`FutureCursor`) or is refused.
  /// The consumer then continues with new events and fetches the repositories that have changed, or
  /// tries again. If false, it ends with an error.
  public var isUnattended = false
  /// Collections that are wanted now and were not before: repositories that have records in them
  /// are fetched even if they are up to date. For ``SyncBoundary/collections(_:)``.
  public var addedCollections: [CollectionPattern] = []
  /// Whether PDSs may be on this machine and use plain HTTP, for development.
  public var allowsLoopback = false

  /// Creates the default configuration.
  public init(relay: ServiceEndpoint, boundary: SyncBoundary) {
    self.relay = relay
    self.boundary = boundary
  }
}
