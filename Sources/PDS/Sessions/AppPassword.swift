import ATProtoCrypto
import ATProtoSyntax

/// A password that the server made up for one app: `xxxx-xxxx-xxxx-xxxx` in base32.
struct AppPassword: Sendable {
  /// At most so many an account.
  static let maximumCount = 200
  /// Bytes.
  static let maximumNameLength = 256

  /// What its owner calls it.
  var name: String
  /// 80 random bits cannot be guessed from a hash, however quick: these need no scrypt.
  var hash: [UInt8]
  var isPrivileged: Bool
  /// Seconds since 1970.
  var createdAt: Int

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
