import ATProtoCrypto
import ATProtoData
import ATProtoIdentity
import ATProtoSyntax

/// An account, without its keys.
struct Account: Sendable {
  var did: DID
  /// In lower case.
  var handle: Handle
  var email: String
  var passwordHash: PasswordHash
  /// The last operation on the DID that is known here; nil for a did:web, and for a did:plc that
  /// somebody brought along.
  var plcOperation: PLCOperation?
  var status = AccountStatus.active
  /// Seconds since 1970, as are the others.
  var createdAt = currentSeconds()
  /// Nil while the e-mail address is not confirmed.
  var emailConfirmedAt: Int?
  var deactivatedAt: Int?
  /// Whether an administrator bars the account from getting further invite codes.
  var areInvitesDisabled = false

  /// The DID document that a directory would give, as far as it is known here.
  var document: DataValue? { plcOperation?.data?.document(of: did) }
}

/// The private keys of an account, which the server keeps for it.
struct AccountKeys: Sendable {
  /// Signs commits.
  var signing = PrivateKey(generating: .k256)
  /// Signs operations on the DID.
  var rotation = PrivateKey(generating: .k256)

  /// The operation that makes an account's identity, signed by its rotation key.
  ///
  /// - Parameters:
  ///   - recoveryKeys: go before the rotation key, so that their owners have the last word.
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
