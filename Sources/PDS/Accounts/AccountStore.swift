package import ATProtoCrypto
package import ATProtoIdentity
package import ATProtoSyntax
import ServiceKit

/// Accounts and their keys.
///
/// Handles and emails are unique, emails regardless of case. Inserting or changing an account so
/// that two would share one throws. Setters on an unknown account do nothing.
package protocol AccountStore {
  func account(_ did: DID) throws -> Account?
  /// - Parameter handle: the handle in lowercase.
  func account(_ handle: Handle) throws -> Account?
  /// Finds an account by its email, ignoring case.
  func account(email: String) throws -> Account?
  /// Adds an active account. Status, confirmation and invite flags start at their defaults.
  func insert(_ account: Account, _ keys: AccountKeys) throws
  /// Throws ``ServiceError/Code/corruption`` if the account or its key is missing.
  func signingKey(of did: DID) throws -> PrivateKey
  /// The key that signs PLC operations. Throws like ``signingKey(of:)``.
  func rotationKey(of did: DID) throws -> PrivateKey
  func setSigningKey(_ key: PrivateKey, of did: DID) throws
  func setHandle(_ handle: Handle, of did: DID) throws
  /// Stores the most recent PLC operation that this server knows of.
  func setOperation(_ operation: PLCOperation, of did: DID) throws
  /// Stores a key for an account that does not exist yet. Reservations expire after 30 days.
  ///
  /// - Parameter did: the DID for which the key is reserved; nil for any account that names the
  ///   key.
  func reserve(_ key: PrivateKey, for did: DID?) throws
  /// The key reserved for `did`, or else the unassigned reserved key that equals `key`.
  func reservedKey(for did: DID, orNamed key: PublicKey?) throws -> PrivateKey?
  func reservedKeyCount() throws -> Int
  func removeReservedKey(_ key: PublicKey) throws

  /// Replaces the email, which becomes unconfirmed.
  func setEmail(_ email: String, of did: DID) throws
  /// - Parameter seconds: in seconds since 1970.
  func setEmailConfirmed(of did: DID, at seconds: Int) throws
  func setPassword(_ hash: PasswordHash, of did: DID) throws
  func setInvitesDisabled(_ areDisabled: Bool, of did: DID) throws
  /// Schedules the deletion of a deactivated account.
  ///
  /// - Parameter seconds: in seconds since 1970; nil cancels the deletion.
  func setDeleteAfter(_ seconds: Int?, of did: DID) throws
  /// Deactivated accounts whose scheduled deletion is due: those to be deleted before
  /// `deleteBefore` that were deactivated before `deactivatedBefore`, both in seconds since 1970.
  func scheduledDeletions(
    deleteBefore: Int,
    deactivatedBefore: Int,
    limit: Int
  ) throws -> [DID]
  /// Deletes the account and everything that belongs to it, except its events and invite uses.
  func remove(_ did: DID) throws
  /// A page of accounts, ordered by DID.
  ///
  /// - Parameters:
  ///   - email: part of the email, ignoring ASCII case; nil matches every account.
  ///   - cursor: the last DID of the previous page.
  func page(email: String?, after cursor: String?, limit: Int) throws -> [Account]

  /// Returns nil if the account does not exist.
  func status(of did: DID) throws -> AccountStatus?
  /// Sets or clears one reason for not serving an account; the others do not change. Setting or
  /// clearing ``AccountStatus/Flag/deactivated`` also sets or clears the time of deactivation.
  func set(_ flag: AccountStatus.Flag, _ isOn: Bool, of did: DID) throws
}

extension AccountStore {
  package func account(_ identifier: ATIdentifier) throws -> Account? {
    switch identifier.normalized {
    case .did(let did): try account(did)
    case .handle(let handle): try account(handle)
    }
  }
}
