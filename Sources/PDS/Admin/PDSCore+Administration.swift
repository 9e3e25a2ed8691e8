import ATProtoSyntax
import HTTPTypes
import XRPC
import XRPCServer

extension PDSCore {
  /// Throws a 401 unless the administrator calls; without an administrator's password nobody is.
  func checkAdministrator(_ context: XRPCContext) async throws {
    guard let administrators else {
      throw XRPCServerError.authenticationRequired("this server has no administrator")
    }
    _ = try await context.authenticated(by: administrators)
  }

  /// Whether the account itself or the administrator calls: they may read what is not served, so
  /// that an account that is taken down or deactivated can leave.
  ///
  /// Credentials that are not good are refused.
  func isOwnerOrAdministrator(of did: DID, _ context: XRPCContext) async throws -> Bool {
    guard context.headers[.authorization] != nil else { return false }
    if let authorization = context.authorization, let administrators,
      administrators.recognizes(authorization)
    {
      try await checkAdministrator(context)
      return true
    }
    return try await authorize(context, .anySession.orTakendown).account.did == did
  }

  /// Takes an account, a record or a blob down, or puts it back.
  ///
  /// - Parameter reference: a note for the administrator; nil puts the subject back.
  func setTakedown(_ reference: String?, of subject: TakedownSubject) async throws {
    try await store.write { transaction in
      guard let before = try transaction.accounts.status(of: subject.did),
        try transaction.holds(subject)
      else { throw XRPCServerError.subjectNotFound }
      try transaction.takedowns.set(reference, of: subject)
      guard case .account(let did) = subject else { return }
      if reference != nil { try transaction.refreshTokens.endSessions(of: did) }
      try transaction.tellStatus(of: did, ifNot: before)
    }
  }

  /// Deactivates or activates an account on the administrator's word.
  func setDeactivated(_ isDeactivated: Bool, _ did: DID) async throws {
    try await store.write { transaction in
      guard let before = try transaction.accounts.status(of: did) else {
        throw XRPCServerError.subjectNotFound
      }
      guard isDeactivated else { return }
      try transaction.accounts.set(.deactivated, true, of: did)
      try transaction.tellStatus(of: did, ifNot: before)
    }
    if !isDeactivated { try await activate(did) }
  }
}

extension PDSTransaction {
  /// Whether there is such a thing here, taken down or not.
  fileprivate func holds(_ subject: TakedownSubject) throws -> Bool {
    switch subject {
    case .account: true
    // What was taken down and then deleted can be put back still.
    case .record(let did, let path):
      try repositories.records(of: did).cid(path) != nil
        || takedowns.reference(of: subject) != nil
    case .blob(let did, let cid):
      try blobs.blob(cid, of: did) != nil || takedowns.reference(of: subject) != nil
    }
  }

  fileprivate func tellStatus(of did: DID, ifNot before: AccountStatus) throws {
    guard let status = try accounts.status(of: did), status != before else { return }
    try sequence.append(.account(did, status))
  }
}

extension XRPCServerError {
  static let subjectNotFound = XRPCServerError(
    status: .badRequest,
    name: "NotFound",
    message: "there is no such subject here"
  )

  static let accountNotFound = XRPCServerError(
    status: .badRequest,
    name: "NotFound",
    message: "there is no such account here"
  )
}
