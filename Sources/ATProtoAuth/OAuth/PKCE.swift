import ATProtoCrypto
import ATProtoSyntax

/// Proof Key for Code Exchange (RFC 7636) with the method `S256`, the only one that the protocol
/// allows.
///
///     code-verifier  = 43*128( ALPHA / DIGIT / "-" / "." / "_" / "~" )
///     code-challenge = base64url( SHA-256( code-verifier ) )
public enum PKCE {
  /// `code_challenge_method`.
  public static let method = "S256"

  /// Returns a random verifier of 43 characters, 256 bits (RFC 7636, 4.1).
  public static func makeVerifier() -> String {
    Base64.url.encode(SecureRandom.bytes(32))
  }

  /// Returns the challenge of a verifier (RFC 7636, 4.2).
  public static func challenge(of verifier: String) -> String {
    Base64.url.encode(SHA256.hash(verifier).bytes)
  }

  /// Whether a text has the form of a verifier (RFC 7636, 4.1).
  public static func isVerifier(_ text: String) -> Bool {
    (43...128).contains(text.utf8.count) && text.utf8.allSatisfy(isUnreserved)
  }

  /// Whether a text has the form of a challenge with `S256`: 32 bytes in base64url.
  public static func isChallenge(_ text: String) -> Bool {
    text.utf8.count == 43 && Base64.url.decode(text) != nil
  }

  /// Checks the verifier of a token request against the challenge of the authorization request
  /// (RFC 7636, 4.6). Throws ``OAuthError/Code/invalidGrant``.
  public static func check(verifier: String, challenge: String) throws(OAuthError) {
    guard isVerifier(verifier) else {
      throw OAuthError(
        .invalidGrant,
        "code_verifier must have 43 to 128 characters A-Z, a-z, 0-9, '-', '.', '_' or '~'"
      )
    }
    guard ConstantTime.areEqual(Self.challenge(of: verifier), challenge) else {
      throw OAuthError(.invalidGrant, "code_verifier does not belong to the code_challenge")
    }
  }

  private static func isUnreserved(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
      UInt8(ascii: "_"), UInt8(ascii: "~"):
      true
    default: false
    }
  }
}
