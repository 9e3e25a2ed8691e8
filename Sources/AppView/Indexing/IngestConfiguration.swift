package import VerifiedSync
package import XRPCClient

/// What an app view follows, and how.
package struct IngestConfiguration: Sendable {
  /// The relay or PDS that is followed.
  package var relay: ServiceEndpoint
  /// The collections to index; empty for all that have a plan.
  package var collections: [CollectionPattern] = []
  /// The directory for files of repositories that are being fetched.
  package var scratchDirectory = "/tmp"
  /// Whether PDSs may use plain HTTP. Their addresses are checked by the transport.
  package var allowsPlainHTTP = false
  /// How many repositories are fetched at once.
  package var fetches = 16
  /// The pause after the first failed attempt to fetch a repository, which doubles with each one.
  package var firstRetry = Duration.milliseconds(500)
  /// The longest pause between two attempts.
  package var longestRetry = Duration.seconds(300)
  /// The age at which an identity is resolved again although nothing has been heard of its account.
  package var identityLifetime = Duration.seconds(86_400)

  package init(relay: ServiceEndpoint) {
    self.relay = relay
  }

  func consumer(
    _ collections: [CollectionPattern],
    added: [CollectionPattern]
  ) -> SyncConfiguration {
    var configuration = SyncConfiguration(relay: relay, boundary: .collections(collections))
    configuration.collections = collections
    configuration.addedCollections = added
    configuration.resyncParallelism = fetches
    configuration.resyncInterval = firstRetry
    configuration.scratchDirectory = scratchDirectory
    configuration.fetchesFromRelay = true
    configuration.firstRetry = firstRetry
    configuration.longestRetry = longestRetry
    configuration.longestReconnect = .seconds(25)
    // "On a failure the document is fetched once more": for each event that fails.
    configuration.identityRefreshInterval = .zero
    configuration.isUnattended = true
    configuration.allowsLoopback = allowsPlainHTTP
    return configuration
  }
}
