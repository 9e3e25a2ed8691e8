import ATProtoCrypto
import ATProtoSyntax

/// A password that the server generated for one app: `xxxx-xxxx-xxxx-xxxx` in base32.
package struct AppPassword: Sendable {
  /// The most app passwords of an account.
  static let maximumCount = 200
  /// In bytes.
  static let maximumNameLength = 256

  /// The name that the owner gave it.
  package var name: String
  /// A plain SHA-256 hash: the 80 random bits of a password cannot be guessed, so scrypt is
  /// unnecessary.
  package var hash: [UInt8]
  package var isPrivileged: Bool
  /// Seconds since 1970.
  package var createdAt: Int

  package init(name: String, hash: [UInt8], isPrivileged: Bool, createdAt: Int) {
    self.name = name
    self.hash = hash
    self.isPrivileged = isPrivileged
    self.createdAt = createdAt
  }

  var grant: SessionGrant {
    SessionGrant(scope: isPrivileged ? .privilegedAppPassword : .appPassword, appPassword: name)
  }

  static func make() -> String {
    let letters = SecureRandom.base32(10)
    return stride(from: 0, to: 16, by: 4)
      .map { letters.dropFirst($0).prefix(4) }
      .joined(separator: "-")
  }

  static func hash(_ password: String, of did: DID) -> [UInt8] {
    SHA256.hash(Array("\(did.string) \(password)".utf8)).bytes
  }
}
