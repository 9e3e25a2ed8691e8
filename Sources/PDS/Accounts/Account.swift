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
  /// The last operation on the DID that is known here, as it is stored; empty for a did:web, and for
  /// a did:plc that somebody brought along. Every call reads the account, few its operation.
  var plcBlock: [UInt8] = []
  var status = AccountStatus.active
  /// Seconds since 1970, as are the others.
  var createdAt = currentSeconds()
  /// Nil while the e-mail address is not confirmed.
  var emailConfirmedAt: Int?
  var deactivatedAt: Int?
  /// Whether an administrator bars the account from getting further invite codes.
  var areInvitesDisabled = false

  /// What ``plcBlock`` says; nil where there is none, or none that can be read: the directory is
  /// asked then.
  var plcOperation: PLCOperation? { plcBlock.isEmpty ? nil : try? PLCOperation(block: plcBlock) }

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
