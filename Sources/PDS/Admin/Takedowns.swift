import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import HTTPTypes
import XRPC
import XRPCServer

/// Takedowns of accounts, records and blobs by the administrator.
struct Takedowns: Sendable {
  let store: any PDSStore

  /// Takes a subject down, or reverses its takedown.
  ///
  /// Throws `NotFound` if there is no such subject.
  ///
  /// - Parameter reference: a note for the administrator; nil to reverse the takedown.
  func set(_ reference: String?, of subject: TakedownSubject) async throws {
    try await store.write { transaction in
      guard let before = try transaction.accounts.status(of: subject.did),
        try transaction.holds(subject)
      else { throw XRPCServerError.subjectNotFound }
      try transaction.takedowns.set(reference, of: subject)
      guard case .account(let did) = subject else { return }
      if reference != nil { try transaction.endAccess(to: did) }
      try transaction.sequenceStatus(of: did, ifChangedFrom: before)
    }
  }

  /// The status of an account.
  ///
  /// Throws `NotFound` if there is no such account.
  func status(of did: DID) async throws -> (reference: String?, isDeactivated: Bool) {
    try await store.read { transaction in
      guard let account = try transaction.accounts.account(did) else {
        throw XRPCServerError.subjectNotFound
      }
      return (
        try transaction.takedowns.reference(of: .account(did)), account.deactivatedAt != nil
      )
    }
  }

  /// The note of the takedown of a blob, or nil if it is not taken down.
  ///
  /// Throws `NotFound` if there is no such blob.
  func reference(ofBlob cid: CID, of did: DID) async throws -> String? {
    try await store.read { transaction in
      guard try transaction.blobs.blob(cid, of: did) != nil else {
        throw XRPCServerError.subjectNotFound
      }
      return try transaction.takedowns.reference(of: .blob(did, cid))
    }
  }

  /// The CID of a record, and the note of its takedown, or nil if it is not taken down.
  ///
  /// Throws `NotFound` if there is no such record.
  func status(
    ofRecord path: RepoPath,
    of did: DID
  ) async throws -> (cid: CID, reference: String?) {
    try await store.read { transaction in
      guard let cid = try transaction.repositories.records(of: did).cid(path) else {
        throw XRPCServerError.subjectNotFound
      }
      return (cid, try transaction.takedowns.reference(of: .record(did, path)))
    }
  }
}

extension PDSTransaction {
  /// Whether the subject exists, taken down or not.
  fileprivate func holds(_ subject: TakedownSubject) throws -> Bool {
    switch subject {
    case .account: true
    // The takedown of something that has since been deleted can still be reversed.
    case .record(let did, let path):
      try repositories.records(of: did).cid(path) != nil
        || takedowns.reference(of: subject) != nil
    case .blob(let did, let cid):
      try blobs.blob(cid, of: did) != nil || takedowns.reference(of: subject) != nil
    }
  }

  /// Appends an `#account` event unless the status is still `before`.
  func sequenceStatus(of did: DID, ifChangedFrom before: AccountStatus) throws {
    guard let status = try accounts.status(of: did), status != before else { return }
    try sequence.append(.account(did, status))
  }
}

extension XRPCServerError {
  static let subjectNotFound = XRPCServerError(
    status: .badRequest,
    name: "NotFound",
    message: "subject not found"
  )

  static let accountNotFound = XRPCServerError(
    status: .badRequest,
    name: "NotFound",
    message: "account not found"
  )
}
