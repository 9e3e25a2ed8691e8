public import ATProtoSyntax
public import XRPCClient

/// Which repositories a ``SyncConsumer`` keeps in sync.
public enum SyncBoundary: Hashable, Sendable {
  /// These, and those that are added later.
  case repositories([DID])
  /// All that have a record in a collection, and those that are added.
  case signal(NSID)
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
  /// Whether PDSs may be on this machine and use plain HTTP, for development.
  public var allowsLoopback = false

  /// Creates the default configuration.
  public init(relay: ServiceEndpoint, boundary: SyncBoundary) {
    self.relay = relay
    self.boundary = boundary
  }
}
