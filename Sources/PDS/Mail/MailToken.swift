import ATProtoCrypto

/// A token that is sent by email and typed by a person: `XXXXX-XXXXX` in base32 letters. It works
/// once, within fifteen minutes.
struct MailToken: Sendable {
  /// Seconds, as in the reference implementation.
  static let lifetime = 15 * 60

  /// The hash that the database stores.
  let hash: [UInt8]

  /// - Parameter text: the token as a person typed it.
  init(_ text: String, _ purpose: MailTokenPurpose) {
    let typed = text.uppercased().filter { !$0.isWhitespace }
    hash = SHA256.hash(Array("\(purpose.rawValue) \(typed)".utf8)).bytes
  }

  static func make() -> String {
    let letters = SecureRandom.base32(7).uppercased()
    return "\(letters.prefix(5))-\(letters.dropFirst(5).prefix(5))"
  }
}
