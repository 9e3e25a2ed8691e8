import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import XRPC
import XRPCServer

extension PDSCore {
  /// The account that the request authorises to write to `repo`, which must be its own.
  func writer(of repo: FormatString<ATIdentifier>, _ context: XRPCContext) async throws -> Account {
    let account = try await authorize(context, .anySession.ofActiveAccount).account
    let isOwn =
      switch try? repo.parsed().normalized {
      case .did(let did)?: did == account.did
      case .handle(let handle)?: handle == account.handle
      case nil: false
      }
    guard isOwn else {
      throw XRPCServerError.authenticationRequired("only the owner may write to a repository")
    }
    return account
  }

  /// Changes a repository in one transaction, after the newest commit was compared with
  /// `swapCommit`.
  func edit<Value: Sendable>(
    _ account: Account,
    swapCommit: FormatString<CIDString>?,
    _ body: @escaping @Sendable (inout RepositoryEdit) throws -> Value
  ) async throws -> Value {
    let swapCommit = try swapCommit.map { try CID(checking: $0) }
    return try await store.write { [tids] transaction in
      // The account may have been taken down or deleted since the session was looked at.
      guard let status = try transaction.accounts.status(of: account.did) else {
        throw XRPCServerError.invalidToken()
      }
      try status.check(.anySession.ofActiveAccount)
      var edit = try RepositoryEdit(of: account.did, in: transaction, tids)
      try edit.checkCommit(is: swapCommit)
      return try body(&edit)
    }
  }

  /// The account of `repo`, for everybody to read.
  func account(_ repo: FormatString<ATIdentifier>) async throws -> Account {
    let identifier = try repo.parsed()
    let account = try await store.read { transaction in
      try transaction.accounts.account(identifier)
    }
    guard let account else {
      throw XRPCServerError.invalidRequest("there is no repository of \(identifier) here")
    }
    try account.status.checkIsServed(account.did)
    return account
  }
}

extension PDSTransaction {
  /// The DID of an account whose records everybody may read; nil for one that is not here.
  func servedDID(of repo: ATIdentifier) throws -> DID? {
    let did: DID? =
      switch repo.normalized {
      case .did(let did): did
      case .handle(let handle): try accounts.account(handle)?.did
      }
    guard let did, let status = try accounts.status(of: did) else { return nil }
    try status.checkIsServed(did)
    return did
  }
}

extension RepoPath {
  /// Throws `InvalidRequest` for a collection in other than its normal form, which no path has.
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
  init(checking text: FormatString<CIDString>) throws {
    do throws(DataError) {
      try self.init(text.string)
    } catch {
      throw XRPCServerError.invalidRequest(error.reason)
    }
  }

  var formatted: FormatString<CIDString> { FormatString(string) }
}
