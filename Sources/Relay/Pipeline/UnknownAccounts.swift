import ATProtoRepo
import ATProtoSyntax

/// Remembers accounts for a while that were looked up without an event being accepted, so that an
/// attacker can neither cause a lookup with each event nor fill the table.
///
/// Two generations approximate a least-recently-used policy.
struct UnknownAccounts: Sendable {
  private let generationSize: Int
  private var young: [DID: SyncAccount] = [:]
  private var old: [DID: SyncAccount] = [:]

  init(capacity: Int) {
    generationSize = max(1, capacity / 2)
  }

  subscript(did: DID) -> SyncAccount? { young[did] ?? old[did] }

  mutating func insert(_ account: SyncAccount) {
    old[account.did] = nil
    if young[account.did] == nil, young.count >= generationSize {
      old = young
      young = [:]
    }
    young[account.did] = account
  }

  mutating func remove(_ did: DID) {
    young[did] = nil
    old[did] = nil
  }
}
