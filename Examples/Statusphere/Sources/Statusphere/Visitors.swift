import ATProtoCrypto
import ATProtoSyntax

/// The browsers that are logged in, by the random ID in their cookie.
actor Visitors {
  private var accounts: [String: (did: DID, since: ContinuousClock.Instant)] = [:]

  private static let maximumCount = 10_000

  /// Each login gets a new ID, so that an attacker cannot choose it.
  func add(_ did: DID, replacing former: String?) -> String {
    remove(former)
    if accounts.count >= Self.maximumCount {
      let oldest = accounts.min { $0.value.since < $1.value.since }
      remove(oldest?.key)
    }
    let id = SecureRandom.bytes(32).map { String($0, radix: 16) }.joined(separator: "-")
    accounts[id] = (did, .now)
    return id
  }

  func account(_ id: String?) -> DID? {
    id.flatMap { accounts[$0]?.did }
  }

  func remove(_ id: String?) {
    if let id { accounts[id] = nil }
  }
}
