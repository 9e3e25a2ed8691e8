import ATProtoHTTP
import ATProtoCrypto
import ATProtoData
import ATProtoIdentity
import ATProtoSyntax
import ComAtprotoAPI
import HTTPTypes
import XRPC
import XRPCServer

extension PLCData {
  /// Why an account that should have these credentials cannot live here with `data`; nil where it
  /// can.
  func fault(in data: PLCData) -> String? {
    if let key = rotationKeys.last, !data.rotationKeys.contains(key) {
      return "the rotation keys lack the server's"
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

extension PDSCore {
  /// What the DID of an account should say for the account to live here.
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
      rotationKeys: [configuration.recoveryKey, rotation].compactMap(\.self),
      handle: account.handle,
      pds: address.url
    )
  }

  /// The DID document of an account: what is known here of one that lives here, what the network
  /// says of others, for they may have moved away. Nil where it cannot be found just now.
  func document(of account: Account) async -> DataValue? {
    if account.status.isActive, let document = account.document { return document }
    return (try? await identities.identity(of: account.did))?.document.value ?? account.document
  }

  /// The DID document of an account, and whether handle and document lead to each other. Of a
  /// did:plc that lives here with a handle below one of our domains both are known.
  func presentation(of account: Account) async throws -> (document: DataValue, isConfirmed: Bool) {
    if account.status.isActive, let document = account.document,
      HandlePolicy(configuration).covers(account.handle)
    {
      return (document, account.plcOperation?.data?.handle == account.handle)
    }
    do throws(IdentityError) {
      let identity = try await identities.identity(of: account.did)
      return (identity.document.value, identity.handle == account.handle)
    } catch {
      guard let document = account.document else {
        throw XRPCServerError.invalidRequest("\(account.did) could not be resolved")
      }
      return (document, false)
    }
  }

  /// Why the DID of an account does not lead here, with the account's key and, in a did:plc, the
  /// server's say over it; nil where it does. The network is asked anew.
  func fault(inIdentityOf account: Account) async throws -> String? {
    let expected = try await credentials(of: account)
    if account.did.method == "plc" {
      do throws(IdentityError) {
        let data = try await plc.lastOperation(of: account.did).data
        return data.map { expected.fault(in: $0) } ?? "the DID was given up"
      } catch {
        return "the directory of did:plc could not be asked"
      }
    }
    let document: DIDDocument
    await identities.purge(account.did, handle: nil)
    do throws(IdentityError) {
      document = try await identities.identity(of: account.did).document
    } catch {
      return "the DID document could not be found: \(error.reason)"
    }
    guard (try? document.pds.origin) == expected.pds else {
      return "the DID document names another Personal Data Server"
    }
    guard (try? document.signingKey()) == expected.signingKey else {
      return "the DID document names another signing key"
    }
    return nil
  }

  /// Changes what the DID of an account says, by an operation that the account's rotation key here
  /// signs, and tells the network. Nothing changes where the directory does not take it.
  func changeIdentity(
    of did: DID,
    _ change: (inout PLCData) -> Void,
    _ commit: @escaping @Sendable (any PDSTransaction) throws -> Void
  ) async throws {
    var operation: PLCOperation?
    if did.method == "plc" {
      let last = try await lastOperation(of: did)
      guard var data = last.data else {
        throw XRPCServerError.invalidRequest("\(did) was given up")
      }
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
    await identities.purge(did, handle: nil)
  }

  /// The operation that says `data` after `last`, signed by the account's rotation key here.
  ///
  /// Throws `InvalidRequest` where that key has no say, or for what no directory takes.
  func operation(
    _ data: PLCData,
    after last: PLCOperation,
    of did: DID
  ) async throws -> PLCOperation {
    let key = try await store.read { transaction in try transaction.accounts.rotationKey(of: did) }
    guard last.data?.rotationKeys.contains(key.publicKey.didKey) ?? false else {
      throw XRPCServerError.invalidRequest("this server has no rotation key of \(did)")
    }
    let limits = PLCLimits.author
    do throws(PLCError) {
      // Beyond what the form of an operation allows none can be made to be looked at.
      guard limits.rotationKeys.contains(data.rotationKeys.count) else {
        throw PLCError(.excess, "not 1 to 5 rotation keys")
      }
      let operation = PLCOperation(data, after: last.cid, signedBy: key)
      try limits.check(operation)
      return operation
    } catch {
      throw XRPCServerError.invalidRequest("no directory takes this: \(error.reason)")
    }
  }

  /// Gives an account another handle.
  func setHandle(_ wished: Handle, of account: Account, isReservedAllowed: Bool = false)
    async throws
  {
    let did = account.did
    let handle = try await checkedHandle(wished, of: did, isReservedAllowed: isReservedAllowed)
    try await store.read { transaction in
      try Self.checkIsFree(handle, for: did, transaction)
    }
    if did.method == "web" { try await checkClaim(of: handle, by: did) }
    try await changeIdentity(of: did) { data in
      data.handle = handle
    } _: { transaction in
      try Self.checkIsFree(handle, for: did, transaction)
      try transaction.accounts.setHandle(handle, of: did)
    }
    // Both lead elsewhere from now on.
    await identities.purge(did, handle: account.handle)
    await identities.purge(did, handle: handle)
  }

  private static func checkIsFree(
    _ handle: Handle,
    for did: DID,
    _ transaction: any PDSTransaction
  ) throws {
    if let holder = try transaction.accounts.account(handle), holder.did != did {
      throw XRPCServerError(
        status: .badRequest,
        name: "HandleNotAvailable",
        message: "\(handle) is taken"
      )
    }
  }

  /// A did:web says itself what its handle is.
  private func checkClaim(of handle: Handle, by did: DID) async throws {
    await identities.purge(did, handle: handle)
    let document = try? await identities.identity(of: did).document
    guard document?.claimedHandle == handle else {
      throw XRPCServerError.invalidRequest("the document of \(did) does not claim \(handle)")
    }
  }

  /// The handle in lower case, if the account may have it: one below a domain of the server, or one
  /// that leads to the DID (Handle specification, "Handle Resolution").
  ///
  /// - Parameter did: nil for an account whose DID is not made yet.
  func checkedHandle(
    _ wished: Handle,
    of did: DID?,
    isReservedAllowed: Bool = false
  ) async throws -> Handle {
    let policy = HandlePolicy(configuration)
    let handle = wished.normalized
    guard let did, !policy.covers(handle) else {
      return try policy.check(handle, isReservedAllowed: isReservedAllowed)
    }
    try policy.checkTopLevelDomain(handle)
    await identities.purge(did, handle: handle)
    typealias Failure = ComAtproto.Server.CreateAccount.Failure
    let holder: DID
    do throws(IdentityError) {
      holder = try await identities.did(of: handle)
    } catch {
      throw Failure.invalidHandle(message: "\(handle) does not lead to \(did): \(error.reason)")
    }
    guard holder == did else {
      throw Failure.invalidHandle(message: "\(handle) does not lead to \(did)")
    }
    return handle
  }
}
