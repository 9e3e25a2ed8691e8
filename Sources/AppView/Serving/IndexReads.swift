import LexiconIndex
import XRPCServer

/// Reads the index for requests: each read has a deadline, and reads that may be expensive have a
/// share of their own, so that cheap ones never wait for them.
package struct IndexReads: Sendable {
  /// What a read may cost.
  package enum Weight: Sendable {
    /// A number of rows that the request bounds, found by keys: a page of a list, a record, a count
    /// of links.
    case light
    /// Searches, filters, groups, and counts over whole collections.
    case heavy
  }

  /// The longest time for a read, with the time that it waits for its turn.
  static let timeout = Duration.seconds(5)

  private let store: any AppViewStore
  private let lane: ReadLane
  private let timeout: Duration

  /// - Parameter heavyReads: the most expensive reads at once.
  init(
    _ store: any AppViewStore,
    heavyReads: Int = 2,
    maximumWaiting: Int = 128,
    timeout: Duration = IndexReads.timeout
  ) {
    self.store = store
    self.timeout = timeout
    lane = ReadLane(heavyReads, maximumWaiting: maximumWaiting)
  }

  /// Calls `body` with a snapshot of the index.
  ///
  /// Throws 503 `DeadlineExceeded` if the read takes too long, 503 `NotEnoughResources` if it never
  /// had its turn, and 400 with its code for an ``IndexQueryError``.
  package func read<Value: Sendable>(
    _ weight: Weight = .light,
    _ body: @escaping @Sendable (any IndexSnapshot) throws -> Value
  ) async throws -> Value {
    let deadline = ContinuousClock.now + timeout
    do {
      switch weight {
      case .light: return try await store.read(deadline: deadline, body)
      case .heavy:
        let value = try await lane.run(until: deadline) {
          try await store.read(deadline: deadline, body)
        }
        guard let value else {
          throw XRPCServerError.notEnoughResources(
            "the service is busy with other searches; try again later"
          )
        }
        return value
      }
    } catch let error as AppViewStoreError where error.code == .deadline {
      throw XRPCServerError(
        status: .serviceUnavailable,
        name: "DeadlineExceeded",
        message: "the query takes longer than \(timeout.components.seconds) seconds; narrow it"
      )
    } catch let error as IndexQueryError {
      throw XRPCServerError(error)
    }
  }
}

extension XRPCServerError {
  /// 400 with the code as its name.
  package init(_ error: IndexQueryError) {
    self.init(status: .badRequest, name: error.code.rawValue, message: error.reason)
  }
}
