import ATProtoCrypto

/// The proofs that a process has accepted and whose nonces are still accepted (RFC 9449, 11.1).
///
/// "They can restrict their client-generated `jti` nonce history to the server-generated DPoP nonce
/// so that they do not need to track an endlessly growing set of nonces" (OAuth specification).
/// Nothing has to survive a restart, because ``DPoPNonces`` accepts no nonce from before it.
///
/// A full memory refuses new proofs instead of forgetting old ones. A value type: its owner guards
/// it.
public struct DPoPReplays: Sendable {
  /// The first half of a digest of thumbprint and `jti`.
  private struct Key: Hashable {
    var high: UInt64
    var low: UInt64
  }

  // Two generations, so that nothing is searched for what has expired: a proof is remembered for at
  // least one whole period.
  private var current: Set<Key> = []
  private var previous: Set<Key> = []
  private var periodEnd = Int.min
  private let capacity: Int

  /// The time for which a nonce, and with it a proof, can be used at most, in seconds.
  private static let period = DPoPNonces.lifetime + DPoPNonces.leeway + 1

  /// Creates an empty memory.
  ///
  /// - Parameter capacity: the number of proofs that it holds.
  public init(capacity: Int = 500_000) {
    self.capacity = capacity
  }

  /// The number of proofs in the memory.
  public var count: Int { current.count + previous.count }

  /// Records a verified proof.
  ///
  /// Throws ``OAuthError/Code/invalidDPoPProof`` if it was recorded before, and
  /// ``OAuthError/Code/temporarilyUnavailable`` if the memory is full.
  ///
  /// - Parameter seconds: the current time, in seconds since 1970.
  public mutating func accept(_ proof: DPoPProof, at seconds: Int) throws(OAuthError) {
    if seconds >= periodEnd {
      // After a pause of a whole period, the current generation has expired too.
      previous = seconds - Self.period >= periodEnd ? [] : current
      current = []
      periodEnd = seconds + Self.period
    }
    let words = SHA256.hash("\(proof.thumbprint).\(proof.identifier)").words
    let key = Key(high: words.0, low: words.1)
    guard !current.contains(key), !previous.contains(key) else {
      throw OAuthError(.invalidDPoPProof, "the DPoP proof was already used (jti)")
    }
    guard count < capacity else {
      throw OAuthError(
        .temporarilyUnavailable,
        "too many DPoP proofs to tell whether this one was already used; try again later"
      )
    }
    current.insert(key)
  }
}
