public import ATProtoData

/// A write in a transaction. Records are in canonical DAG-CBOR.
public enum RecordWrite: Hashable, Sendable {
  /// Creates a record, which must not exist.
  case create(RepoPath, record: [UInt8])
  /// Replaces a record, which must exist.
  case update(RepoPath, record: [UInt8])
  /// Deletes a record, which must exist.
  case delete(RepoPath)

  /// The path of the record.
  public var path: RepoPath {
    switch self {
    case .create(let path, _), .update(let path, _), .delete(let path): path
    }
  }

  /// The new record, or nil for a delete.
  public var record: [UInt8]? {
    switch self {
    case .create(_, let record), .update(_, let record): record
    case .delete: nil
    }
  }
}

/// The effect of a commit on a record: an element of `ops` in a `#commit` message (Sync
/// specification, "`#commit` Events").
public struct RecordOperation: Hashable, Sendable {
  /// The kind of operation.
  public enum Action: String, Hashable, Sendable {
    /// The record is new.
    case create
    /// The record was replaced.
    case update
    /// The record was deleted.
    case delete
  }

  /// The kind of operation.
  public var action: Action
  /// The path of the record.
  public var path: RepoPath
  /// The new version, or nil if the record was deleted.
  public var cid: CID?
  /// The previous version, or nil if the record was created.
  public var prev: CID?

  /// Creates an operation.
  public init(action: Action, path: RepoPath, cid: CID?, prev: CID?) {
    self.action = action
    self.path = path
    self.cid = cid
    self.prev = prev
  }
}
