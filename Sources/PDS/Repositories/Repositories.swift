import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import Dispatch
import ServiceKit
import XRPC
import XRPCServer

/// The repositories of accounts: reading and writing records, listing, export, and import.
struct Repositories: Sendable {
  let store: any PDSStore
  /// Generates record keys and revs.
  let tids: TIDGenerator
  /// The cached lexicons, which a commit can outdate.
  let lexicons: Lexicons
  /// Disk space for exports and imports.
  let scratch: ScratchSpace
  /// Each export occupies one of the store's readers. Networks take turns.
  let exports = FairSemaphore(2, maximumWaiting: 256, maximumWaitingPerClient: 32)
  /// Each import holds the paths of its records in memory.
  let imports = AsyncSemaphore(1)
  /// Runs file access, which blocks its thread.
  let files = BlockingQueue(label: "imports")

  func newRecordKey() -> RecordKey {
    RecordKey(tids.next())
  }
}

// Writing. Each call is one transaction and makes at most one commit.
extension Repositories {
  /// Applies writes in one commit. Returns nil if they do not change anything.
  ///
  /// Throws `InvalidSwap` if `swapCommit` is not the newest commit, or the reason why a write is
  /// not possible.
  func apply(
    _ writes: [CheckedWrite],
    to account: Account,
    swapCommit: CID?
  ) async throws -> Commit? {
    let commit = try await edit(account, swapCommit: swapCommit) { edit in
      try edit.commit(writes)
    }
    if commit != nil { await lexicons.forget(writes.map(\.path), in: account.did) }
    return commit
  }

  /// Creates a record or replaces the one at its path. Returns nil if the same record already
  /// exists, as the reference implementation does.
  ///
  /// - Parameter swapRecord: the CID that the current record must have: `.some(nil)` if there must
  ///   not be one, nil for any.
  func put(
    _ record: CheckedRecord,
    at path: RepoPath,
    of account: Account,
    swapCommit: CID?,
    swapRecord: CID??
  ) async throws -> Commit? {
    let commit = try await edit(account, swapCommit: swapCommit) { edit in
      if let swapRecord { try edit.checkRecord(at: path, is: swapRecord) }
      return try edit.commit([
        edit.record(path) == nil ? .create(path, record) : .update(path, record)
      ])
    }
    if commit != nil { await lexicons.forget([path], in: account.did) }
    return commit
  }

  /// Deletes a record. Returns nil if there is none.
  ///
  /// - Parameter swapRecord: the CID that the record must have; nil for any.
  func delete(
    _ path: RepoPath,
    of account: Account,
    swapCommit: CID?,
    swapRecord: CID?
  ) async throws -> Commit? {
    let commit = try await edit(account, swapCommit: swapCommit) { edit in
      if let swapRecord { try edit.checkRecord(at: path, is: swapRecord) }
      return try edit.record(path) == nil ? nil : try edit.commit([.delete(path)])
    }
    if commit != nil { await lexicons.forget([path], in: account.did) }
    return commit
  }

  /// Changes a repository in one transaction, provided that `swapCommit` is its newest commit or
  /// nil.
  func edit<Value: Sendable>(
    _ account: Account,
    swapCommit: CID?,
    _ body: @escaping @Sendable (inout RepositoryEdit) throws -> Value
  ) async throws -> Value {
    try await store.write { [tids] transaction in
      // The account may have been taken down or deleted since it was authenticated.
      guard let status = try transaction.accounts.status(of: account.did) else {
        throw XRPCServerError.invalidToken()
      }
      try AccessPolicy.anySession.ofActiveAccount.check(status)
      var edit = try RepositoryEdit(of: account.did, in: transaction, tids)
      try edit.checkCommit(is: swapCommit)
      return try body(&edit)
    }
  }
}

// Reading records.
extension Repositories {
  /// Without this limit, a page of records of maximum size would have several hundred megabytes.
  private static let maximumPageBytes = 4 << 20

  /// The account of a repository that is served.
  ///
  /// Throws `InvalidRequest` if there is none, or the reason why it is not served.
  func account(of repo: ATIdentifier) async throws -> Account {
    let account = try await store.read { transaction in try transaction.accounts.account(repo) }
    guard let account else {
      throw XRPCServerError.invalidRequest("repository \(repo) not found on this server")
    }
    try account.status.checkIsServed(account.did)
    return account
  }

  func collections(of did: DID) async throws -> [String] {
    try await store.read { transaction in
      try transaction.repositories.records(of: did).collections()
    }
  }

  /// The record at a path; nil if it does not exist or is taken down. Both values are nil if the
  /// repository does not exist.
  ///
  /// Throws the reason why the account is not served.
  func record(
    _ path: RepoPath,
    of repo: ATIdentifier
  ) async throws -> (did: DID, entry: RecordEntry?)? {
    try await store.read { transaction in
      guard let did = try transaction.servedDID(of: repo) else { return nil }
      let isTakenDown = try transaction.takedowns.reference(of: .record(did, path)) != nil
      let records = transaction.repositories.records(of: did)
      return (did, isTakenDown ? nil : try records.entry(path))
    }
  }

  /// A page of a collection, without records that are taken down.
  func records(
    of did: DID,
    in collection: NSID,
    after cursor: String?,
    limit: Int,
    isAscending: Bool
  ) async throws -> RecordPage {
    try await store.read { transaction in
      var page = try transaction.repositories.records(of: did).page(
        of: collection,
        after: cursor,
        limit: limit,
        maximumBytes: Self.maximumPageBytes,
        isAscending: isAscending
      )
      let takenDown = try transaction.takedowns.recordKeys(of: did, in: collection)
      page.entries.removeAll { takenDown.contains($0.recordKey.string) }
      return page
    }
  }
}

extension PDSTransaction {
  /// The DID of an account whose records anyone may read. Returns nil if there is no such account.
  fileprivate func servedDID(of repo: ATIdentifier) throws -> DID? {
    let did: DID? =
      switch repo.normalized {
      case .did(let did): did
      case .handle(let handle): try accounts.account(handle)?.did
      }
    guard let did, let status = try accounts.status(of: did) else { return nil }
    try status.checkIsServed(did)
    return did
  }

  /// The newest commit of an account.
  ///
  /// Throws `RepoNotFound`, or the reason why the account is not served.
  ///
  /// - Parameter includesHidden: whether to serve an account that is not active.
  func servedHead(of did: DID, includesHidden: Bool = false) throws -> RepositoryHead {
    guard let status = try accounts.status(of: did), let head = try repositories.head(of: did)
    else { throw UnknownFailure.repoNotFound(did) }
    if !includesHidden { try status.checkIsServed(did) }
    return head
  }
}

extension UnknownFailure {
  static func repoNotFound(_ did: DID) -> UnknownFailure {
    UnknownFailure(
      XRPCErrorBody(
        name: "RepoNotFound",
        message: "repository \(did) not found on this server"
      )
    )
  }
}

extension RepoPath {
  /// Throws `InvalidRequest` if the collection is not in normal form.
  init(
    checking collection: FormatString<NSID>,
    _ recordKey: FormatString<RecordKey>
  ) throws {
    do throws(RepoError) {
      try self.init("\(collection)/\(recordKey)")
    } catch {
      throw XRPCServerError.invalidRequest(error.reason)
    }
  }

  func uri(in did: DID) -> FormatString<ATURI> {
    FormatString(ATURI(.did(did), collection, recordKey))
  }
}

extension CID {
  /// Throws `InvalidRequest`.
  init(checking text: FormatString<CIDString>) throws {
    do throws(DataError) {
      try self.init(text.string)
    } catch {
      throw XRPCServerError.invalidRequest(error.reason)
    }
  }

  var formatted: FormatString<CIDString> { FormatString(string) }
}
