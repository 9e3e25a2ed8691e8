package import ATProtoSyntax

/// The work that keeps an index up to date, as the server shows and controls it.
package protocol IndexingControl: Sendable {
  /// Follows the network until the task is canceled.
  func run() async throws
  /// How far the index is.
  func report() async throws -> IndexingReport
  /// Indexes the stored records of a collection again, in the background.
  func reindex(_ collection: NSID) async throws
  /// Fetches a repository again, as soon as possible.
  func resync(_ did: DID) async throws
  /// Lists repositories again, and fetches those that are new.
  func backfill() async throws
}

/// How far an index is.
package struct IndexingReport: Hashable, Sendable {
  /// What has happened since the start.
  package struct Totals: Hashable, Sendable {
    package var events: Int
    package var rejectedEvents: Int
    package var resyncs: Int
    /// The number of rejected events by reason.
    package var rejections: [String: Int]

    package init(
      events: Int = 0,
      rejectedEvents: Int = 0,
      resyncs: Int = 0,
      rejections: [String: Int] = [:]
    ) {
      self.events = events
      self.rejectedEvents = rejectedEvents
      self.resyncs = resyncs
      self.rejections = rejections
    }
  }

  /// The last upstream event whose effects, and those of all before it, can be read.
  package var sequence: Int?
  /// Whether every repository that was listed has been tried once.
  package var isBackfillComplete: Bool
  package var totals: Totals
  /// The time from the creation of an event to its effect; nil if there was none.
  package var lag: Duration?

  package init(
    sequence: Int? = nil,
    isBackfillComplete: Bool = false,
    totals: Totals = Totals(),
    lag: Duration? = nil
  ) {
    self.sequence = sequence
    self.isBackfillComplete = isBackfillComplete
    self.totals = totals
    self.lag = lag
  }
}
