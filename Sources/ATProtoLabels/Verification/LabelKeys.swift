import ATProtoCrypto
import ATProtoIdentity
import ATProtoSyntax

/// The label keys of labelers, each looked up at most once in an interval, whatever the result.
///
/// Lookups bypass the directory's cache: a label that does not verify asks for "an updated signing
/// key" (Label specification, "Signature Lifecycle"), and a cached document cannot answer that.
actor LabelKeys {
  /// The result of the last lookup of a source.
  struct Entry: Sendable {
    /// The last key that was found; nil if the source does not have one.
    var key: PublicKey?
    /// Why the last lookup failed; nil if it succeeded.
    var failure: IdentityError?
    var attemptedAt: ContinuousClock.Instant
    var knownAt: ContinuousClock.Instant?
    /// Counts lookups, to tell whether one began after a certain point.
    var number: Int
  }

  /// The age at which a key is looked up again, because it may have been withdrawn.
  private static let maximumAge = Duration.seconds(3600)

  private let directory: any IdentityDirectory
  private let refreshInterval: Duration
  private let generationSize: Int
  private let now: @Sendable () -> ContinuousClock.Instant
  // Two generations: the old one is dropped when the young one is full.
  private var young: [DID: Entry] = [:]
  private var old: [DID: Entry] = [:]
  private var flights: [DID: Task<Entry, Never>] = [:]
  /// The number of the last lookup.
  private(set) var lastNumber = 0

  init(
    directory: any IdentityDirectory,
    refreshInterval: Duration,
    capacity: Int,
    now: @escaping @Sendable () -> ContinuousClock.Instant
  ) {
    precondition(capacity >= 2, "the capacity must be at least 2")
    self.directory = directory
    self.refreshInterval = refreshInterval
    generationSize = capacity / 2
    self.now = now
  }

  /// The key of a source if it can be used without a lookup.
  func known(_ source: DID) -> PublicKey? {
    guard let entry = entry(source), let key = entry.key, let knownAt = entry.knownAt,
      now() < knownAt + Self.maximumAge
    else { return nil }
    return key
  }

  /// Looks up the key of a source, or returns the result of the last lookup if that is not older than
  /// the interval.
  func lookUp(_ source: DID) async -> Entry {
    if let flight = flights[source] { return await flight.value }
    let former = entry(source)
    let now = now()
    if let former, now < former.attemptedAt + refreshInterval { return former }
    lastNumber += 1
    let number = lastNumber
    // Independent of the tasks that wait for it, so that canceling one does not fail the others.
    let flight = Task {
      let entry = await fetch(source, after: former, at: now, number)
      flights[source] = nil
      put(entry, source)
      return entry
    }
    flights[source] = flight
    return await flight.value
  }

  private func fetch(
    _ source: DID,
    after former: Entry?,
    at now: ContinuousClock.Instant,
    _ number: Int
  ) async -> Entry {
    await directory.purge(source, handle: nil)
    do throws(IdentityError) {
      // "Implementation should not attempt to use other keys present in the DID document".
      let key = try await directory.document(of: source).signingKey("atproto_label")
      return Entry(key: key, failure: nil, attemptedAt: now, knownAt: now, number: number)
    } catch {
      // While the directory cannot be reached, the last key is used.
      return Entry(
        key: error.isTransient ? former?.key : nil,
        failure: error,
        attemptedAt: now,
        knownAt: error.isTransient ? former?.knownAt : nil,
        number: number
      )
    }
  }

  private func entry(_ source: DID) -> Entry? {
    young[source] ?? old[source]
  }

  private func put(_ entry: Entry, _ source: DID) {
    old[source] = nil
    if young[source] == nil && young.count >= generationSize {
      old = young
      young = [:]
    }
    young[source] = entry
  }
}
