import ATProtoCrypto
import ATProtoData
import ATProtoIdentity
import ATProtoSyntax
import Logging
import XRPC
import XRPCServer

// Changes to DIDs (Account Migration guide, "Updating Identity").
extension Identities {
  /// What the DID of an account must contain for the account to be hosted here.
  func credentials(of account: Account) async throws -> PLCData {
    let (signing, rotation) = try await store.read { transaction in
      let accounts = transaction.accounts
      return (
        try accounts.signingKey(of: account.did).publicKey,
        try accounts.rotationKey(of: account.did).publicKey
      )
    }
    return PLCData(
      signingKey: signing,
      rotationKeys: [recoveryKey, rotation].compactMap(\.self),
      handle: account.handle,
      pds: baseURL.url
    )
  }

  /// Changes the contents of an account's DID with an operation that is signed with the account's
  /// rotation key on this server, and appends an `#identity` event. Nothing changes if the PLC
  /// directory refuses the operation.
  ///
  /// - Parameter commit: called within the transaction that follows.
  func changeIdentity(
    of did: DID,
    _ change: (inout PLCData) -> Void,
    _ commit: @escaping @Sendable (any PDSTransaction) throws -> Void
  ) async throws {
    var operation: PLCOperation?
    if did.method == "plc" {
      let last = try await lastOperation(of: did)
      guard var data = last.data else { throw Self.deactivated(did) }
      let before = data
      change(&data)
      if data != before {
        let next = try await self.operation(data, after: last, of: did)
        try await submit(next, of: did)
        operation = next
      }
    }
    try await store.write { [operation] transaction in
      try commit(transaction)
      if let operation { try transaction.accounts.setOperation(operation, of: did) }
      let handle = try transaction.accounts.account(did)?.handle
      try transaction.sequence.append(.identity(did, handle))
    }
    await directory.purge(did, handle: nil)
  }

  /// Gives an account another signing key and signs its newest commit again.
  ///
  /// Throws `InvalidRequest` if the key was not reserved for the account: private keys are never
  /// transferred.
  func setSigningKey(_ named: PublicKey, of did: DID) async throws {
    let reserved = try await store.read { transaction in
      try transaction.accounts.reservedKey(for: did, orNamed: named)
    }
    guard let key = reserved, key.publicKey == named else {
      throw XRPCServerError.invalidRequest(
        "the key is not reserved for this account; call reserveSigningKey first"
      )
    }
    try await changeIdentity(of: did) { data in
      data.signingKey = named
    } _: { [tids] transaction in
      try transaction.accounts.setSigningKey(key, of: did)
      try transaction.accounts.removeReservedKey(named)
      // The newest commit must be verifiable with the key that the DID names.
      try RepositoryEdit.signAnew(did, key: key, in: transaction, tids)
    }
  }

  /// Emails the token that ``signOperation(of:token:_:)`` requires.
  func requestOperationSignature(of account: Account) async throws {
    try await mailTokens.send(.plcOperation, to: account)
  }

  /// Signs an operation that changes the did:plc of an account, at its owner's request. The
  /// operation is not submitted.
  ///
  /// Throws `InvalidRequest`, `InvalidToken` or `ExpiredToken`.
  ///
  /// - Parameter change: returns the new contents of the DID, given the current contents.
  func signOperation(
    of did: DID,
    token: String,
    _ change: (PLCData) throws -> PLCData
  ) async throws -> PLCOperation {
    try requirePLC(did)
    let last = try await lastOperation(of: did)
    guard let before = last.data else { throw Self.deactivated(did) }
    let operation = try await operation(change(before), after: last, of: did)
    // Redeem the token last, so that a request that fails earlier can be repeated.
    try await mailTokens.redeem(token, for: .plcOperation, of: did)
    return operation
  }

  /// Submits a signed operation to the PLC directory.
  ///
  /// Throws `InvalidRequest` if the account could not be hosted here afterwards, or if the PLC
  /// directory refuses the operation.
  ///
  /// - Parameter value: the operation in JSON.
  func submitOperation(_ value: DataValue, of account: Account) async throws {
    try requirePLC(account.did)
    let operation: PLCOperation
    do throws(PLCError) {
      operation = try PLCOperation(value)
    } catch {
      throw XRPCServerError.invalidRequest("'operation' is not a valid operation: \(error.reason)")
    }
    try await check(operation, of: account)
    try await submit(operation, of: account.did)
    try await store.write { transaction in
      try transaction.accounts.setOperation(operation, of: account.did)
      try transaction.sequence.append(.identity(account.did, account.handle))
    }
    await directory.purge(account.did, handle: nil)
  }

  /// Rejects changes that would lock the account out or that its owner could not undo alone.
  private func check(_ operation: PLCOperation, of account: Account) async throws {
    let expected = try await credentials(of: account)
    guard let data = operation.data else {
      throw XRPCServerError.invalidRequest(
        "cannot deactivate the DID of an account that is hosted here"
      )
    }
    let problem =
      expected.problem(with: data)
      ?? (data.alsoKnownAs.first == expected.alsoKnownAs.first
        ? nil : "the first entry of alsoKnownAs is not the account's handle")
    if let problem { throw XRPCServerError.invalidRequest(problem) }
  }

  /// An operation that sets the contents of a DID to `data`, signed with the account's rotation key
  /// on this server.
  ///
  /// Throws `InvalidRequest` if the DID does not have that key, or if a PLC directory would reject
  /// the operation.
  func operation(
    _ data: PLCData,
    after last: PLCOperation,
    of did: DID
  ) async throws -> PLCOperation {
    let key = try await store.read { transaction in try transaction.accounts.rotationKey(of: did) }
    guard last.data?.rotationKeys.contains(key.publicKey.didKey) ?? false else {
      throw XRPCServerError.invalidRequest("this server does not hold a rotation key of \(did)")
    }
    let limits = PLCLimits.author
    do throws(PLCError) {
      // An operation cannot be constructed with any other number of keys.
      guard limits.rotationKeys.contains(data.rotationKeys.count) else {
        throw PLCError(.excess, "an operation must have 1 to 5 rotation keys")
      }
      let operation = PLCOperation(data, after: last.cid, signedBy: key)
      try limits.check(operation)
      return operation
    } catch {
      throw XRPCServerError.invalidRequest("a PLC directory would reject this: \(error.reason)")
    }
  }

  /// Submits an operation to the PLC directory.
  ///
  /// Throws `InvalidRequest` if it refuses the operation, 502 if it cannot be reached: in both cases
  /// nothing has changed.
  func submit(_ operation: PLCOperation, of did: DID) async throws {
    do throws(IdentityError) {
      try await plc.submit(operation, of: did)
    } catch {
      throw serverError(error)
    }
  }

  /// The latest operation of a did:plc that has not been nullified. Throws as ``submit(_:of:)``
  /// does.
  func lastOperation(of did: DID) async throws -> PLCOperation {
    do throws(IdentityError) {
      return try await plc.lastOperation(of: did)
    } catch {
      throw serverError(error)
    }
  }

  private func serverError(_ error: IdentityError) -> XRPCServerError {
    logger.warning("a PLC directory request failed", metadata: ["error": "\(error)"])
    return error.code == .rejected
      ? .invalidRequest("PLC directory refused the operation: \(error.reason)")
      : .upstreamFailure("cannot reach the PLC directory")
  }

  private func requirePLC(_ did: DID) throws {
    guard did.method == "plc" else {
      throw XRPCServerError.invalidRequest("\(did) is not a did:plc; its owner must update it")
    }
  }

  private static func deactivated(_ did: DID) -> XRPCServerError {
    .invalidRequest("\(did) is deactivated")
  }
}

extension PLCData {
  /// Returns why an account with these credentials cannot be hosted here if its DID contains
  /// `data`, or nil if it can.
  func problem(with data: PLCData) -> String? {
    if let key = rotationKeys.last, !data.rotationKeys.contains(key) {
      return "the rotation keys do not include this server's"
    }
    if data.services["atproto_pds"] != services["atproto_pds"] {
      return "the service atproto_pds is not this server"
    }
    if data.verificationMethods["atproto"] != verificationMethods["atproto"] {
      return "the signing key is not the account's"
    }
    return nil
  }
}
