import ATProtoRepo

/// A write with a checked record.
enum CheckedWrite: Sendable {
  case create(RepoPath, CheckedRecord)
  case update(RepoPath, CheckedRecord)
  case delete(RepoPath)

  var path: RepoPath {
    switch self {
    case .create(let path, _), .update(let path, _), .delete(let path): path
    }
  }

  var record: CheckedRecord? {
    switch self {
    case .create(_, let record), .update(_, let record): record
    case .delete: nil
    }
  }

  var write: RecordWrite {
    switch self {
    case .create(let path, let record): .create(path, record: record.block)
    case .update(let path, let record): .update(path, record: record.block)
    case .delete(let path): .delete(path)
    }
  }
}
