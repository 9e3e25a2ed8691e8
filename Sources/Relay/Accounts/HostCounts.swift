import ATProtoRepo
import Synchronization

/// The accounts of each host, and how many it may have.
///
/// Accounts that their host has deleted do not count, so that a deletion frees a place. The counts
/// are only in memory, and are recomputed at each start.
package final class HostCounts: Sendable {
  /// The count of one host.
  struct Count: Sendable {
    var name: String?
    /// Nil for the default.
    var limit: Int?
    /// Whether the limit is known, so that accounts may be admitted.
    var isRegistered = false
    /// Accounts that the host has not deleted.
    var live = 0
    /// Those of them that are throttled.
    var throttled = 0
  }

  private struct State {
    var counts: [HostID: Count] = [:]
    var ids: [String: HostID] = [:]
  }

  /// The number of accounts beyond the limit that are remembered for any host.
  private static let minimumThrottled = 1000

  private let defaultLimit: Int
  private let state = Mutex(State())
  /// Hosts with accounts that can be admitted.
  let readmissions = Readmissions()

  package init(defaultLimit: Int) {
    self.defaultLimit = defaultLimit
  }

  /// Records a host and its limit. If the host is known, call ``Accounts/limitChanged(of:)``
  /// afterward.
  ///
  /// - Parameters:
  ///   - name: `HostName.text`.
  ///   - limit: nil for the default.
  package func register(_ host: HostID, name: String, limit: Int?) {
    let mayAdmit = state.withLock { state in
      state.counts[host, default: Count()].name = name
      state.counts[host, default: Count()].limit = limit
      state.counts[host, default: Count()].isRegistered = true
      state.ids[name] = host
      return state.counts[host]?.mayAdmit(defaultLimit) ?? false
    }
    if mayAdmit { readmissions.note(host) }
  }

  /// The accounts of a host that it has not deleted.
  package func accountCount(of host: HostID) -> Int {
    state.withLock { $0.counts[host]?.live ?? 0 }
  }

  package func limit(of host: HostID) -> Int {
    state.withLock { $0.counts[host]?.limit } ?? defaultLimit
  }

  /// The host with a name, if it is one of the relay's hosts.
  func host(named name: String) -> HostID? {
    state.withLock { $0.ids[name] }
  }

  /// Records the name of a host that sends events.
  func note(_ name: String, of host: HostID) {
    state.withLock { state in
      guard state.ids[name] == nil else { return }
      state.ids[name] = host
      state.counts[host, default: Count()].name = name
    }
  }

  /// Sets the initial counts.
  func load(live: [HostID: Int], throttled: [HostID: Int]) {
    let hosts = state.withLock { state in
      for (host, count) in live { state.counts[host, default: Count()].live = count }
      for (host, count) in throttled { state.counts[host, default: Count()].throttled = count }
      return throttled.keys.filter { state.counts[$0]?.mayAdmit(defaultLimit) ?? false }
    }
    for host in hosts { readmissions.note(host) }
  }

  // MARK: Places

  /// The accounts that may be admitted.
  func freePlaces(_ host: HostID) -> Int {
    state.withLock { ($0.counts[host] ?? Count()).freePlaces(defaultLimit) }
  }

  /// Whether a host has more accounts beyond its limit than the relay remembers: DIDs cost nothing,
  /// so their number is unlimited.
  func isFull(_ host: HostID) -> Bool {
    state.withLock { state in
      guard let count = state.counts[host], count.freePlaces(defaultLimit) <= 0 else {
        return false
      }
      return count.throttled >= max(Self.minimumThrottled, 10 * (count.limit ?? defaultLimit))
    }
  }

  /// Whether accounts of a host are waiting for a place.
  func isThrottling(_ host: HostID) -> Bool {
    state.withLock { ($0.counts[host]?.throttled ?? 0) > 0 }
  }

  /// Counts an account in its new state instead of the old one.
  ///
  /// An account that arrives on a full host is throttled, and one that leaves such a host no longer
  /// has to be. Takedowns stay in effect.
  ///
  /// - Returns: the host that now has a free place while another of its accounts is waiting for
  ///   one.
  func settle(_ new: inout AccountRow, from old: AccountRow?) -> HostID? {
    if !new.isLive, new.local == .hostThrottled { new.local = .active }
    let before = old.flatMap(Place.init)
    guard before != Place(new) else { return nil }
    return state.withLock { state in
      if let before { state.counts[before.host, default: Count()].add(before, -1) }
      if new.isLive {
        if before?.host != new.host, new.local != .takendown {
          let count = state.counts[new.host] ?? Count()
          new.local = count.freePlaces(defaultLimit) > 0 ? .active : .hostThrottled
        }
        if let after = Place(new) { state.counts[after.host, default: Count()].add(after, 1) }
      }
      guard let before, !before.isThrottled, let count = state.counts[before.host],
        count.throttled > 0, count.freePlaces(defaultLimit) > 0
      else { return nil }
      return before.host
    }
  }

  /// Admits a throttled account if its host has room. Returns whether it did.
  func admit(_ row: inout AccountRow) -> Bool {
    let host = row.host
    let isAdmitted = state.withLock { state in
      guard let count = state.counts[host], count.freePlaces(defaultLimit) > 0 else { return false }
      state.counts[host]?.throttled -= 1
      return true
    }
    if isAdmitted { row.local = .active }
    return isAdmitted
  }
}

/// The place of a live account on its host.
private struct Place: Hashable {
  let host: HostID
  let isThrottled: Bool

  /// Returns nil for an account that its host has deleted.
  init?(_ row: AccountRow) {
    guard row.isLive else { return nil }
    host = row.host
    isThrottled = row.local == .hostThrottled
  }
}

extension HostCounts.Count {
  fileprivate func freePlaces(_ defaultLimit: Int) -> Int {
    (limit ?? defaultLimit) - (live - throttled)
  }

  fileprivate func mayAdmit(_ defaultLimit: Int) -> Bool {
    isRegistered && throttled > 0 && freePlaces(defaultLimit) > 0
  }

  fileprivate mutating func add(_ place: Place, _ amount: Int) {
    live += amount
    if place.isThrottled { throttled += amount }
  }
}

extension AccountRow {
  /// Whether the account counts on its host.
  var isLive: Bool { upstream.status != "deleted" }
}
