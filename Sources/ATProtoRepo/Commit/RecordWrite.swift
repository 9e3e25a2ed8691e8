public import ATProtoData

/// One write of a transaction. Records come in canonical DAG-CBOR.
public enum RecordWrite: Hashable, Sendable {
  case create(RepoPath, record: [UInt8])
  case update(RepoPath, record: [UInt8])
  case delete(RepoPath)

  public var path: RepoPath {
    switch self {
    case .create(let path, _), .update(let path, _), .delete(let path): path
    }
  }

  /// The record that the write brings.
  public var record: [UInt8]? {
    switch self {
    case .create(_, let record), .update(_, let record): record
    case .delete: nil
    }
  }
}

/// What a commit did to one record: an element of `ops` in a `#commit` message (Sync
/// specification, "`#commit` Events").
public struct RecordOperation: Hashable, Sendable {
  public enum Action: String, Hashable, Sendable {
    case create
    case update
    case delete
  }

  public var action: Action
  public var path: RepoPath
  /// The new version; nil if the record was deleted.
  public var cid: CID?
  /// The version before; nil if the record was created.
  public var prev: CID?

  public init(action: Action, path: RepoPath, cid: CID?, prev: CID?) {
    self.action = action
    self.path = path
    self.cid = cid
    self.prev = prev
  }
}
