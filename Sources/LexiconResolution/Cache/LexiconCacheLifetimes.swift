/// How long, and how much, a server remembers of what was resolved.
public struct LexiconCacheLifetimes: Hashable, Sendable {
  /// The time during which a document is returned as it is, if the answer of the name servers may be
  /// cached that long.
  public var found: Duration
  /// The time during which a failure that is not temporary is returned.
  public var notFound: Duration
  /// The age at which a document is refreshed for the server's own checks.
  public var refresh: Duration
  /// The age up to which a document is used for the server's own checks if refreshing it fails.
  public var expiration: Duration
  /// The most entries.
  public var maximumCount: Int
  /// The most bytes of documents, in DAG-CBOR.
  public var maximumBytes: Int

  /// Creates lifetimes. "Services should cache … for no more than 24 hours" and "expiration" after 90
  /// days are those of the Permission specification.
  public init(
    found: Duration = .seconds(300),
    notFound: Duration = .seconds(60),
    refresh: Duration = .seconds(86_400),
    expiration: Duration = .seconds(90 * 86_400),
    maximumCount: Int = 1000,
    maximumBytes: Int = 16 << 20
  ) {
    self.found = found
    self.notFound = notFound
    self.refresh = refresh
    self.expiration = expiration
    self.maximumCount = maximumCount
    self.maximumBytes = maximumBytes
  }
}
