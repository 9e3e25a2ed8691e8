import ATProtoData
import ATProtoRepo

/// What was written to one repository.
struct MockRepository: Sendable {
  /// The collections that were written to, with all of their records by key.
  var collections: [String: [String: DataValue]] = [:]
  var commit: CID?
  var rev: String?

  struct StoredBlob: Sendable {
    var bytes: [UInt8]
    var type: String
  }
}

/// A change of a record.
struct MockWrite: Sendable {
  enum Action: Sendable {
    case create(DataValue)
    case update(DataValue)
    /// Creates the record, or updates it if it exists.
    case put(DataValue)
    case delete
  }

  var collection: String
  /// Nil for a new key.
  var key: String?
  var action: Action
  /// What the record has to be before; `.some(nil)` for no record.
  var swapRecord: CID??
}
