import ATProtoCrypto
import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import GRDB
import XRPC

/// An account's repository while it is changed, within a transaction.
struct RepositoryEdit {
  private var repository: Repository
  private var store: DatabaseBlockStore
  private let key: PrivateKey
  private let tids: TIDGenerator

  var did: DID { repository.did }

  init(of did: DID, in db: Database, _ tids: TIDGenerator) throws {
    guard let entry = try RepositoryTable(db: db).entry(did) else {
      throw PDSError(.corruption, "\(did) has no repository")
    }
    store = DatabaseBlockStore(db: db, did: did)
    repository = try Repository(head: entry.head, store: store)
    key = try AccountTable(db: db).signingKey(of: did)
    self.tids = tids
  }

  /// Makes the empty repository of a new account.
  static func create(
    _ did: DID,
    key: PrivateKey,
    in db: Database,
    _ tids: TIDGenerator
  ) throws {
    var store = DatabaseBlockStore(db: db, did: did)
    let result = try Repository.create(did, rev: tids.next(), key: key, store: store).result
    try Self.store(result, &store)
  }

  /// Throws `InvalidSwap` unless the newest commit is `cid`; nil asks for nothing.
  func checkCommit(is cid: CID?) throws {
    if let cid, cid != repository.commit.cid {
      throw UnknownFailure.invalidSwap("the newest commit is \(repository.commit.cid)")
    }
  }

  /// Throws `InvalidSwap` unless the record at `path` is `cid`, which is nil for none.
  func checkRecord(at path: RepoPath, is cid: CID?) throws {
    let current = try record(path)
    if current != cid {
      throw UnknownFailure.invalidSwap(
        current.map { "the record is \($0)" } ?? "there is no record"
      )
    }
  }

  /// The CID of the record at a path, or nil.
  func record(_ path: RepoPath) throws -> CID? {
    try repository.record(path)
  }

  /// Makes the next commit.
  mutating func commit(_ writes: [RecordWrite]) throws -> Commit {
    guard let rev = tids.next(after: repository.commit.rev) else {
      throw PDSError(.corruption, "\(did) has no later revision")
    }
    let result: CommitResult
    do {
      result = try repository.apply(writes, rev: rev, key: key)
    } catch let error as RepoError where error.isOfTheWriter {
      throw XRPCServerError.invalidRequest(error.reason)
    }
    try Self.store(result, &store)
    return result.commit
  }

  private static func store(_ result: CommitResult, _ store: inout DatabaseBlockStore) throws {
    let records = RecordTable(db: store.db, did: store.did)
    store.rev = result.commit.rev
    for operation in result.operations { try records.apply(operation) }
    try store.apply(result.changes)
    for cid in result.replacedRecords where try !records.contains(cid) { try store.remove(cid) }
    try RepositoryTable(db: store.db)
      .set(store.did, head: result.commit.cid, rev: result.commit.rev)
  }
}

extension RepoError {
  /// Whether what was asked for is at fault, not what is stored.
  fileprivate var isOfTheWriter: Bool {
    [.tooLarge, .invalidPath, .recordExists, .recordMissing, .repeatedPath].contains(code)
  }
}

extension UnknownFailure {
  static func invalidSwap(_ message: String) -> UnknownFailure {
    UnknownFailure(XRPCErrorBody(name: "InvalidSwap", message: message))
  }
}
