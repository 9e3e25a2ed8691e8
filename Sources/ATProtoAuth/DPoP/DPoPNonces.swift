import ATProtoCrypto
import ATProtoSyntax

/// The nonces that a server asks for in DPoP proofs (RFC 9449, 8 and 9), made from a secret and the
/// time, so that nothing is stored and several processes can share them.
///
///     nonce = base64url( time (40 bits) || code (128 bits) )
///     code  = HMAC-SHA-256( SHA-256( secret ), "DPoP nonce" || time )
///
/// A nonce changes every second and is accepted for three minutes: "Servers must rotate nonces
/// periodically, with a maximum lifetime of 5 minutes", and "should accept recently-stale (old)
/// nonces" (OAuth specification).
public struct DPoPNonces: Sendable {
  /// The time for which a nonce is accepted, in seconds.
  public static let lifetime = 180
  /// How far ahead the clock of another process may be, in seconds.
  public static let leeway = 5

  private let key: SymmetricKey
  private let notBefore: Int

  /// Creates the nonces of a process.
  ///
  /// - Parameters:
  ///   - secret: the secret that the processes share; it is hashed, so that it may have any length.
  ///   - notBefore: the start of the process, in seconds since 1970. Nonces from then or before are
  ///     not accepted: the process does not remember which proofs were used with them.
  public init(secret: [UInt8], notBefore: Int) {
    // 32 bytes, which is what the key asks for.
    key = try! SymmetricKey(SHA256.hash(secret).bytes)
    self.notBefore = notBefore
  }

  /// The nonce to send with a response.
  ///
  /// - Parameter seconds: the current time, in seconds since 1970.
  public func current(at seconds: Int) -> String {
    // In its first second, a process looks a second ahead, so that its nonces are its own.
    nonce(of: max(seconds, notBefore &+ 1))
  }

  /// Whether a nonce was made from the secret, and recently.
  ///
  /// - Parameter seconds: the current time, in seconds since 1970.
  public func accepts(_ nonce: String, at seconds: Int) -> Bool {
    guard nonce.utf8.count == 28, let bytes = Base64.url.decode(nonce), bytes.count == 21 else {
      return false
    }
    let time = bytes[..<5].reduce(0) { $0 << 8 | Int($1) }
    // Not only `seconds`, which may have been set back since the process started.
    let latest = max(seconds, notBefore &+ 1) + Self.leeway
    guard time > notBefore, time >= seconds - Self.lifetime, time <= latest else { return false }
    return ConstantTime.areEqual(self.nonce(of: time), nonce)
  }

  private func nonce(of time: Int) -> String {
    let bytes = (0..<5).reversed().map { UInt8(truncatingIfNeeded: time >> (8 * $0)) }
    let code = HMACSHA256.authenticate(
      [UInt8]("DPoP nonce".utf8) + bytes,
      key: key.rawRepresentation
    )
    return Base64.url.encode(bytes + code.bytes[..<16])
  }
}
