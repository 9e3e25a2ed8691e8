import ATProtoCrypto
import ATProtoSyntax

/// Codes, tokens, and IDs of the authorization server: random texts, of which only hashes are stored
/// where they are secret. The prefixes are those of the reference implementation.
enum OAuthSecret {
  /// The ID of a pushed request, not a secret of the client's: it appears in the browser.
  static func makeRequestID() -> String { "req-" + random() }
  static func makeCode() -> String { "cod-" + random() }
  static func makeAccessToken() -> String { "tok-" + random() }
  static func makeRefreshToken() -> String { "ref-" + random() }
  static func makeSessionID() -> String { "ses-" + SecureRandom.base32(20) }

  /// 256 bits: a plain hash of them cannot be inverted.
  private static func random() -> String { Base64.url.encode(SecureRandom.bytes(32)) }

  /// What the store keeps of a code or token.
  static func hash(_ text: String) -> [UInt8] { SHA256.hash(Array(text.utf8)).bytes }

  /// The key of a value that may be used once, such as a `jti`, apart from those for other purposes.
  static func hash(_ value: String, of owner: String, for purpose: String) -> [UInt8] {
    SHA256.hash(Array("\(purpose) \(owner.utf8.count) \(owner) \(value)".utf8)).bytes
  }
}
