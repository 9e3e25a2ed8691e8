import ATProtoCrypto

/// The nonces (`jti`) of accepted tokens that have not expired yet.
///
/// A full cache rejects new tokens instead of forgetting old ones, so filling it does not allow a
/// replay; it empties as tokens expire. It is a value type, so its owner must guard it.
public struct ReplayCache: Sendable {
  /// By the hash of issuer and nonce: a nonce may have thousands of bytes, and a forged one must not
  /// take more memory than a short one.
  private var expiries: [SHA256Digest: Int] = [:]
  private var nextSweep = Int.min
  private let capacity: Int
  private let leeway: Int

  /// Creates an empty cache.
  ///
  /// - Parameters:
  ///   - capacity: the maximum number of tokens.
  ///   - leeway: the time after its expiry for which a token may still be accepted, in seconds.
  public init(capacity: Int = 100_000, leeway: Int = 5) {
    self.capacity = capacity
    self.leeway = leeway
  }

  /// The number of tokens in the cache.
  public var count: Int { expiries.count }

  /// Records a verified token.
  ///
  /// Throws ``JWTError/Code/replayed`` if the token was recorded before or the cache is full, and
  /// ``JWTError/Code/missingClaim`` if the token does not have an issuer, a nonce, or an expiry.
  ///
  /// - Parameter seconds: the current time, in seconds since 1970.
  public mutating func accept(_ claims: JWTClaims, at seconds: Int) throws(JWTError) {
    guard let issuer = claims.issuer, let identifier = claims.identifier,
      let expiry = claims.expiresAt
    else { throw JWTError(.missingClaim, "the token must have iss, jti, and exp") }
    if expiries.count >= capacity || seconds >= nextSweep {
      let leeway = leeway
      expiries = expiries.filter { $0.value > seconds - leeway }
      nextSweep = seconds + 60
    }
    // The length keeps different pairs from having the same text.
    let key = SHA256.hash("\(issuer.utf8.count) \(issuer) \(identifier)")
    guard expiries[key] == nil else {
      throw JWTError(.replayed, "the token was already used")
    }
    guard expiries.count < capacity else {
      throw JWTError(.replayed, "too many tokens to tell whether this one was already used")
    }
    expiries[key] = expiry
  }
}
