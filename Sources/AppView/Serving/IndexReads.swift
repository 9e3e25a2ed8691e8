import HTTPTypes
package import LexiconIndex
package import XRPCServer

/// Reads the index for requests: each read has a deadline, and reads that may be expensive have
/// shares of their own, so that cheap ones never wait for them.
package struct IndexReads: Sendable {
  /// What a read may cost.
  package enum Weight: Sendable {
    /// A number of rows that the request bounds, found by keys: a page of a list, a record, a count
    /// of links.
    case light
    /// Filters, groups, and counts over whole collections.
    case filter
    /// Searches of text.
    case search
  }

  /// The longest time for a part of an answer that may be left out.
  static let optionalTimeout = Duration.seconds(1)
  /// The longest time for a read, with the time that it waits for its turn.
  static let timeout = Duration.seconds(5)

  private let store: any AppViewStore
  private let filters: ReadLane
  private let searches: ReadLane
  let timeout: Duration

  /// - Parameters:
  ///   - share: the most filters at once, and the most searches.
  ///   - maximumWaiting: the most of each that may wait for their turn.
  package init(
    _ store: any AppViewStore,
    share: Int = 2,
    maximumWaiting: Int = 128,
    timeout: Duration = IndexReads.timeout
  ) {
    self.store = store
    self.timeout = timeout
    filters = ReadLane(share, maximumWaiting: maximumWaiting)
    searches = ReadLane(share, maximumWaiting: maximumWaiting)
  }

  /// Calls `body` with a snapshot of the index.
  ///
  /// Throws 503 `DeadlineExceeded` if the read takes too long, 503 `NotEnoughResources` if it never
  /// had its turn, and 400 with its code for an ``IndexQueryError``.
  package func read<Value: Sendable>(
    _ weight: Weight = .light,
    _ body: @escaping @Sendable (any IndexSnapshot) throws -> Value
  ) async throws -> Value {
    do {
      return try await unmapped(weight, body)
    } catch let error as IndexQueryError {
      throw XRPCServerError(error)
    }
  }

  /// A part of an answer that may be left out: nil if it takes too long, or never had its turn.
  func optional<Value: Sendable>(
    _ weight: Weight,
    _ body: @escaping @Sendable (any IndexSnapshot) throws -> Value
  ) async throws -> Value? {
    do {
      let deadline = ContinuousClock.now + min(timeout, Self.optionalTimeout)
      return try await unmapped(weight, before: deadline, body)
    } catch let error as AppViewStoreError where error.code == .deadline {
      return nil
    } catch let error as XRPCServerError where error.status == .serviceUnavailable {
      return nil
    }
  }

  /// The same as ``read(_:_:)``, but throws an ``IndexQueryError`` as it is.
  ///
  /// - Parameter earlier: a deadline that the caller expects to be missed; then the
  ///   ``AppViewStoreError`` is thrown as it is, too.
  func unmapped<Value: Sendable>(
    _ weight: Weight,
    before earlier: ContinuousClock.Instant? = nil,
    _ body: @escaping @Sendable (any IndexSnapshot) throws -> Value
  ) async throws -> Value {
    let latest = ContinuousClock.now + timeout
    let isEarlier = earlier.map { $0 < latest } ?? false
    let deadline = earlier.map { min($0, latest) } ?? latest
    do {
      let lane: ReadLane
      switch weight {
      case .light: return try await store.read(deadline: deadline, body)
      case .filter: lane = filters
      case .search: lane = searches
      }
      let value = try await lane.run(until: deadline) {
        try await store.read(deadline: deadline, body)
      }
      guard let value else {
        if isEarlier { throw AppViewStoreError(.deadline, "the read did not have its turn") }
        throw XRPCServerError.notEnoughResources(
          "the service is busy with other searches; try again later"
        )
      }
      return value
    } catch let error as AppViewStoreError where error.code == .deadline {
      if isEarlier { throw error }
      throw XRPCServerError(
        status: .serviceUnavailable,
        name: "DeadlineExceeded",
        message: "the query takes longer than \(timeout.components.seconds) seconds; narrow it"
      )
    }
  }

  /// A store whose reads are of one weight, for ``IndexReader``.
  func store(_ weight: Weight) -> any AppViewStore {
    WeightedStore(base: store, reads: self, weight: weight)
  }
}

/// A store whose reads have one weight.
private struct WeightedStore: AppViewStore {
  let base: any AppViewStore
  let reads: IndexReads
  let weight: IndexReads.Weight

  func read<Value: Sendable>(
    deadline: ContinuousClock.Instant?,
    _ body: @escaping @Sendable (any IndexSnapshot) throws -> Value
  ) async throws -> Value {
    try await reads.unmapped(weight, before: deadline, body)
  }

  func write<Value: Sendable>(
    _ body: @escaping @Sendable (any IndexTransaction) throws -> Value
  ) async throws -> Value {
    try await base.write(body)
  }

  func setUp<Value>(_ body: (any IndexTransaction) throws -> Value) throws -> Value {
    try base.setUp(body)
  }

  func close() throws { try base.close() }
}

extension XRPCServerError {
  /// 400 with the code as its name.
  package init(_ error: IndexQueryError) {
    self.init(status: .badRequest, name: error.code.rawValue, message: error.reason)
  }
}
