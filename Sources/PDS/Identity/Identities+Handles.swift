import ATProtoIdentity
import ATProtoSyntax
import ComAtprotoAPI
import HTTPTypes
import XRPC
import XRPCServer

extension Identities {
  /// Gives an account another handle and changes its DID accordingly.
  ///
  /// Throws as ``availableHandle(_:for:isReservedAllowed:)`` does, `HandleNotAvailable` if another
  /// account has the handle, or `InvalidRequest` if a did:web does not claim it.
  func setHandle(
    _ requested: Handle,
    of account: Account,
    isReservedAllowed: Bool = false
  ) async throws {
    let did = account.did
    let handle: Handle
    do {
      handle = try await availableHandle(
        requested,
        for: did,
        isReservedAllowed: isReservedAllowed
      )
    } catch let failure as ComAtproto.Server.CreateAccount.Failure {
      throw XRPCServerError(failure, status: .badRequest)
    }
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
    // Neither handle resolves as it did before.
    await directory.purge(did, handle: account.handle)
    await directory.purge(did, handle: handle)
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
        message: "\(handle) is already taken"
      )
    }
  }

  /// The handle of a did:web is in its document, which only its owner can change.
  private func checkClaim(of handle: Handle, by did: DID) async throws {
    await directory.purge(did, handle: handle)
    let document = try? await directory.identity(of: did).document
    guard document?.claimedHandle == handle else {
      throw XRPCServerError.invalidRequest(
        "the DID document of \(did) does not claim \(handle); add it to alsoKnownAs first"
      )
    }
  }

  /// The handle in lower case, if the account may have it: one below a domain of the server, or one
  /// that resolves to the DID (Handle specification, "Handle Resolution").
  ///
  /// Throws as ``HandlePolicy/check(_:isReservedAllowed:)`` does, or `InvalidHandle` if the handle
  /// does not resolve to the DID.
  ///
  /// - Parameter did: nil for an account whose DID has not been created yet.
  func availableHandle(
    _ requested: Handle,
    for did: DID?,
    isReservedAllowed: Bool = false
  ) async throws -> Handle {
    let handle = requested.normalized
    guard let did, !handlePolicy.covers(handle) else {
      return try handlePolicy.check(handle, isReservedAllowed: isReservedAllowed)
    }
    try handlePolicy.checkTopLevelDomain(handle)
    await directory.purge(did, handle: handle)
    typealias Failure = ComAtproto.Server.CreateAccount.Failure
    let holder: DID
    do throws(IdentityError) {
      holder = try await directory.did(of: handle)
    } catch {
      throw Failure.invalidHandle(
        message: "\(handle) does not resolve to \(did): \(error.reason)"
      )
    }
    guard holder == did else {
      throw Failure.invalidHandle(message: "\(handle) does not resolve to \(did)")
    }
    return handle
  }
}
