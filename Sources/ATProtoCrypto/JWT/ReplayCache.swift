/// The nonces (`jti`) of tokens that were accepted and are not expired yet.
///
/// A value: its owner guards it. When full it refuses new tokens instead of forgetting, so that
/// filling it does not open the way for a replay; tokens' short lives empty it again.
public struct ReplayCache: Sendable {
  private struct Key: Hashable {
    var issuer: String
    var identifier: String
  }

  private var expiries: [Key: Int] = [:]
  private var nextSweep = Int.min
  private let capacity: Int
  private let leeway: Int

  /// - Parameters:
  ///   - capacity: how many tokens it holds.
  ///   - leeway: how long after its expiry a token may still be accepted, in seconds.
  public init(capacity: Int = 100_000, leeway: Int = 5) {
    self.capacity = capacity
    self.leeway = leeway
  }

  public var count: Int { expiries.count }

  /// Notes a verified token. Throws ``JWTError/Code/replayed`` when it was noted before, or when
  /// the cache is full; ``JWTError/Code/missingClaim`` without issuer, nonce or expiry.
  public mutating func accept(_ claims: JWTClaims, at seconds: Int) throws(JWTError) {
    guard let issuer = claims.issuer, let identifier = claims.identifier,
      let expiry = claims.expiresAt
    else { throw JWTError(.missingClaim, "a token is told apart by iss, jti and exp") }
    if expiries.count >= capacity || seconds >= nextSweep {
      let leeway = leeway
      expiries = expiries.filter { $0.value > seconds - leeway }
      nextSweep = seconds + 60
    }
    let key = Key(issuer: issuer, identifier: identifier)
    guard expiries[key] == nil else { throw JWTError(.replayed, "the token was used before") }
    guard expiries.count < capacity else {
      throw JWTError(.replayed, "too many tokens to tell whether this one is new")
    }
    expiries[key] = expiry
  }
}
