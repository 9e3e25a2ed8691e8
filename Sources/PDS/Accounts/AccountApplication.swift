import ATProtoCrypto
import ATProtoSyntax
import ComAtprotoAPI
import XRPC
import XRPCServer

/// The input of `createAccount`, after all checks that need neither the store nor the network.
struct AccountApplication: Sendable {
  typealias Failure = ComAtproto.Server.CreateAccount.Failure

  /// The requested handle.
  var handle: Handle
  var email: String
  var password: String
  var inviteCode: String?
  var recoveryKey: PublicKey?
  /// An existing identity; nil to create a did:plc.
  var did: DID?

  init(_ input: ComAtproto.Server.CreateAccount.Input) throws {
    // The reference implementation does not accept one either, because the server holds the
    // account's keys.
    guard input.plcOp == nil else {
      throw XRPCServerError.invalidRequest(
        "plcOp is not supported; the server signs the operation itself"
      )
    }
    if let did = try input.did?.parsed() {
      guard did.method == "plc" || did.method == "web" else {
        throw Failure.unresolvableDid(message: "\(did) is not a did:plc or did:web")
      }
      self.did = did
    }
    handle = try input.handle.parsed()
    inviteCode = input.inviteCode
    guard let email = input.email, Self.isPlausible(email) else {
      throw XRPCServerError.invalidRequest("'email' is missing or not a valid email")
    }
    self.email = email
    guard let password = input.password,
      PasswordHasher.lengths.contains(password.utf8.count)
    else {
      throw Failure.invalidPassword(message: PasswordHasher.lengthRequirement)
    }
    self.password = password
    if let text = input.recoveryKey {
      do {
        recoveryKey = try PublicKey(didKey: text)
      } catch {
        throw XRPCServerError.invalidRequest("recoveryKey is not a valid did:key: \(error)")
      }
    }
  }

  /// Whether there is text on both sides of exactly one `@`, and nothing that SMTP cannot transport
  /// (RFC 5321, 4.5.3.1.3: at most 254 bytes). Only sending an email can show whether the mailbox
  /// exists.
  static func isPlausible(_ email: String) -> Bool {
    let bytes = email.utf8
    let parts = bytes.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
    return bytes.count <= 254 && parts.count == 2 && parts.allSatisfy { !$0.isEmpty }
      && bytes.allSatisfy { (0x21...0x7e).contains($0) }
  }
}
