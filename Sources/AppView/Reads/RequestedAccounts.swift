import ATProtoSyntax
import HTTPTypes
import XRPC
import XRPCServer

extension AccountReading {
  /// The account with a DID or a handle, visible or not; nil if its repository is not followed.
  /// Handles are case-insensitive.
  func account(_ identifier: ATIdentifier) throws -> IndexedAccount? {
    switch identifier {
    case .did(let did): try account(did)
    case .handle(let handle): try account(handle: handle.normalized)
    }
  }

  /// The account with a DID or a handle. Throws 400 `RepoNotFound` if it is unknown or hidden.
  func visibleAccount(_ identifier: ATIdentifier) throws -> IndexedAccount {
    guard let account = try account(identifier), account.isVisible else {
      throw XRPCServerError.repoNotFound(identifier)
    }
    return account
  }

  /// The DIDs of accounts that a request names. Unknown ones are left out: they match nothing.
  func dids(_ identifiers: [ATIdentifier]) throws -> [DID] {
    var dids: [DID] = []
    for identifier in identifiers {
      switch identifier {
      case .did(let did): dids.append(did)
      case .handle(let handle):
        if let did = try account(handle: handle.normalized)?.did { dids.append(did) }
      }
    }
    return dids
  }
}

extension XRPCServerError {
  static func repoNotFound(_ identifier: ATIdentifier) -> XRPCServerError {
    XRPCServerError(
      status: .badRequest,
      name: "RepoNotFound",
      message: "the repository of \(identifier.string) is not in this index"
    )
  }
}
