import ATProtoCrypto
import ATProtoIdentity
import ATProtoSyntax

/// Accounts and their keys.
protocol AccountStore {
  func account(_ did: DID) throws -> Account?
  /// - Parameter handle: in lower case.
  func account(_ handle: Handle) throws -> Account?
  func account(email: String) throws -> Account?
  func insert(_ account: Account, _ keys: AccountKeys) throws
  func signingKey(of did: DID) throws -> PrivateKey
  /// Signs operations on the DID.
  func rotationKey(of did: DID) throws -> PrivateKey
  func setSigningKey(_ key: PrivateKey, of did: DID) throws
  func setHandle(_ handle: Handle, of did: DID) throws
  /// What the directory of did:plc holds since, as far as it is known here.
  func setOperation(_ operation: PLCOperation, of did: DID) throws
  /// Keeps a key for an account that is still to be made.
  ///
  /// - Parameter did: nil for whoever names the key.
  func reserve(_ key: PrivateKey, for did: DID?) throws
  /// The key that was kept for `did`, or one of those kept for nobody that is `key`.
  func reservedKey(for did: DID, orNamed key: PublicKey?) throws -> PrivateKey?
  func reservedKeyCount() throws -> Int
  func removeReservedKey(_ key: PublicKey) throws

  func setEmail(_ email: String, of did: DID) throws
  func setEmailConfirmed(of did: DID, at seconds: Int) throws
  func setPassword(_ hash: PasswordHash, of did: DID) throws
  func setInvitesDisabled(_ areDisabled: Bool, of did: DID) throws
  /// When a deactivated account is to be deleted, in seconds since 1970; nil for never.
  func setDeleteAfter(_ seconds: Int?, of did: DID) throws
  /// Accounts whose time is up, and that were deactivated before another time.
  func left(deleteBefore: Int, deactivatedBefore: Int, limit: Int) throws -> [DID]
  /// Forgets the account and everything that belongs to it.
  func remove(_ did: DID) throws
  /// A page of all accounts by DID.
  ///
  /// - Parameters:
  ///   - email: a part of the e-mail address; nil for any.
  ///   - cursor: the DID before the page; excluded.
  func page(email: String?, after cursor: String?, limit: Int) throws -> [Account]

  /// Nil where there is no such account.
  func status(of did: DID) throws -> AccountStatus?
  /// Sets or lifts one ground for not serving an account; others stay.
  func set(_ hold: AccountStatus.Flag, _ isOn: Bool, of did: DID) throws
}

extension AccountStore {
  func account(_ identifier: ATIdentifier) throws -> Account? {
    switch identifier.normalized {
    case .did(let did): try account(did)
    case .handle(let handle): try account(handle)
    }
  }
}
