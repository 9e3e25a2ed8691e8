package import ATProtoCrypto
import ATProtoData
import ATProtoIdentity
package import ATProtoSyntax

/// An account, without its keys.
package struct Account: Sendable {
  package var did: DID
  /// In lowercase.
  package var handle: Handle
  package var email: String
  package var passwordHash: PasswordHash
  /// The latest PLC operation that this server knows of, in DAG-CBOR; empty for a did:web, and for
  /// a did:plc that was migrated here. Kept encoded because every request reads the account, but
  /// few read its operation.
  package var plcBlock: [UInt8]
  package var status: AccountStatus
  /// Seconds since 1970, like the other times.
  package var createdAt: Int
  /// Nil until the email is confirmed.
  package var emailConfirmedAt: Int?
  package var deactivatedAt: Int?
  /// Whether an administrator keeps the account from receiving invite codes.
  package var areInvitesDisabled: Bool

  package init(
    did: DID,
    handle: Handle,
    email: String,
    passwordHash: PasswordHash,
    plcBlock: [UInt8] = [],
    status: AccountStatus = .active,
    createdAt: Int = currentSeconds(),
    emailConfirmedAt: Int? = nil,
    deactivatedAt: Int? = nil,
    areInvitesDisabled: Bool = false
  ) {
    self.did = did
    self.handle = handle
    self.email = email
    self.passwordHash = passwordHash
    self.plcBlock = plcBlock
    self.status = status
    self.createdAt = createdAt
    self.emailConfirmedAt = emailConfirmedAt
    self.deactivatedAt = deactivatedAt
    self.areInvitesDisabled = areInvitesDisabled
  }

  /// The operation in ``plcBlock``; nil if it is empty or cannot be decoded, in which case callers
  /// ask the PLC directory.
  var plcOperation: PLCOperation? { plcBlock.isEmpty ? nil : try? PLCOperation(block: plcBlock) }

  /// The DID document according to ``plcOperation``.
  var document: DataValue? { plcOperation?.data?.document(of: did) }
}

/// The private keys that the server holds for an account.
package struct AccountKeys: Sendable {
  /// Signs commits.
  package var signing: PrivateKey
  /// Signs PLC operations.
  package var rotation: PrivateKey

  package init(
    signing: PrivateKey = PrivateKey(generating: .k256),
    rotation: PrivateKey = PrivateKey(generating: .k256)
  ) {
    self.signing = signing
    self.rotation = rotation
  }

  /// The genesis operation of an account's identity, signed by its rotation key.
  ///
  /// - Parameters:
  ///   - recoveryKeys: rotation keys with precedence over the account's own.
  ///   - endpoint: the URL of the server.
  func genesis(of handle: Handle, recoveryKeys: [PublicKey], endpoint: String) -> PLCOperation {
    let data = PLCData(
      signingKey: signing.publicKey,
      rotationKeys: recoveryKeys + [rotation.publicKey],
      handle: handle,
      pds: endpoint
    )
    return PLCOperation(genesis: data, signedBy: rotation)
  }
}
