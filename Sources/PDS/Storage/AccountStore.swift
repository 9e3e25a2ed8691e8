import ATProtoCrypto
import ATProtoSyntax

/// Accounts and their keys.
protocol AccountStore {
  func account(_ did: DID) throws -> Account?
  /// - Parameter handle: in lower case.
  func account(_ handle: Handle) throws -> Account?
  func account(email: String) throws -> Account?
  func insert(_ account: Account, _ keys: AccountKeys) throws
  func signingKey(of did: DID) throws -> PrivateKey

  /// Nil where there is no such account.
  func status(of did: DID) throws -> AccountStatus?
  /// Sets or lifts one ground for not serving an account; others stay.
  func set(_ hold: AccountStatus.Hold, _ isOn: Bool, of did: DID) throws
}

extension AccountStore {
  func account(_ identifier: ATIdentifier) throws -> Account? {
    switch identifier.normalized {
    case .did(let did): try account(did)
    case .handle(let handle): try account(handle)
    }
  }
}
