import ATProtoCrypto
import ATProtoSyntax
import ComAtprotoAPI
import XRPC
import XRPCServer

/// What somebody asks for with `createAccount`, checked as far as it can be without asking anybody.
struct AccountApplication: Sendable {
  typealias Failure = ComAtproto.Server.CreateAccount.Failure

  /// As it was wished.
  var handle: Handle
  var email: String
  var password: String
  var inviteCode: String?
  var recoveryKey: PublicKey?
  /// The identity that is brought along; nil for a new did:plc.
  var did: DID?

  init(_ input: ComAtproto.Server.CreateAccount.Input) throws {
    // Nor does the reference implementation take one: the keys of an account are the server's.
    guard input.plcOp == nil else {
      throw XRPCServerError.invalidRequest("plcOp is not taken: operations are signed here")
    }
    if let did = try input.did?.parsed() {
      guard did.method == "plc" || did.method == "web" else {
        throw Failure.unresolvableDid(message: "\(did) is neither a did:plc nor a did:web")
      }
      self.did = did
    }
    handle = try input.handle.parsed()
    inviteCode = input.inviteCode
    guard let email = input.email, Self.isPlausible(email) else {
      throw XRPCServerError.invalidRequest("a valid e-mail address is required")
    }
    self.email = email
    guard let password = input.password,
      PasswordHasher.lengths.contains(password.utf8.count)
    else {
      throw Failure.invalidPassword(message: "a password has 8 to 256 bytes")
    }
    self.password = password
    if let text = input.recoveryKey {
      do {
        recoveryKey = try PublicKey(didKey: text)
      } catch {
        throw XRPCServerError.invalidRequest("recoveryKey: \(error)")
      }
    }
  }

  /// Something on both sides of one `@`, and nothing that cannot be in an address on the wire
  /// (RFC 5321, 4.5.3.1.3: at most 254 bytes). Whether mail arrives, only a mail can tell.
  static func isPlausible(_ email: String) -> Bool {
    let bytes = email.utf8
    let parts = bytes.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
    return bytes.count <= 254 && parts.count == 2 && parts.allSatisfy { !$0.isEmpty }
      && bytes.allSatisfy { (0x21...0x7e).contains($0) }
  }
}
