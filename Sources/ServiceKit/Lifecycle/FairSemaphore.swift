import Synchronization
import XRPCServer

/// Limits how many pieces of work run at once, and lets clients take turns: one that asks a thousand
/// times delays another by one piece of work, not by a thousand.
///
/// Preferred work goes first, except that every fourth turn is that of others who wait. The queue is
/// bounded. When it is full, a client with fewer requests in it displaces the newest of the client
/// that has the most.
package final class FairSemaphore: Sendable {
  private typealias Waiter = CheckedContinuation<Bool, Never>

  /// Requests of clients that take turns.
  private struct Lane {
    var waiting: [String: [Waiter]] = [:]
    var turns: [String] = []

    mutating func append(_ waiter: Waiter, for client: String) {
      if waiting[client] == nil { turns.append(client) }
      waiting[client, default: []].append(waiter)
    }

    mutating func next() -> Waiter? {
      guard !turns.isEmpty else { return nil }
      let client = turns.removeFirst()
      guard let waiter = waiting[client]?.removeFirst() else { return nil }
      if waiting[client]?.isEmpty ?? true {
        waiting[client] = nil
      } else {
        turns.append(client)
      }
      return waiter
    }

    /// Removes the newest request of the client that has the most, if it has more than `count`.
    mutating func removeNewest(ifMoreThan count: Int) -> Waiter? {
      let most = waiting.max { $0.value.count < $1.value.count }
      guard let client = most?.key, let number = most?.value.count, number > count, number > 1
      else { return nil }
      return waiting[client]?.removeLast()
    }
  }

  private struct State {
    var free: Int
    var preferred = Lane()
    var others = Lane()
    var count = 0
    /// Preferred requests served since one of the others was.
    var preferredTurns = 0

    mutating func next() -> Waiter? {
      let isOthersTurn = preferredTurns >= 3 && !others.turns.isEmpty
      let waiter =
        isOthersTurn || preferred.turns.isEmpty ? others.next() : preferred.next()
      preferredTurns = isOthersTurn || preferred.turns.isEmpty ? 0 : preferredTurns + 1
      if waiter != nil { count -= 1 }
      return waiter
    }
  }

  private let state: Mutex<State>
  private let maximumWaiting: Int
  private let maximumWaitingPerClient: Int

  /// - Parameters:
  ///   - count: the number of pieces of work that may run at once.
  ///   - maximumWaiting: the number that may wait.
  ///   - maximumWaitingPerClient: the number that may wait of one client.
  package init(_ count: Int, maximumWaiting: Int, maximumWaitingPerClient: Int) {
    state = Mutex(State(free: count))
    self.maximumWaiting = maximumWaiting
    self.maximumWaitingPerClient = maximumWaitingPerClient
  }

  /// The number of pieces of work that wait.
  package var waitingCount: Int { state.withLock { $0.count } }

  /// Runs `work` when it is the client's turn.
  ///
  /// Throws 503 if too many pieces of work wait.
  ///
  /// - Parameters:
  ///   - client: whose turn it uses; nil for the server itself, which has one turn, too, but no limit
  ///     of its own.
  ///   - isPreferred: whether it goes before work that is not preferred.
  package func run<Value>(
    for client: String?,
    isPreferred: Bool = false,
    _ work: () async throws -> Value
  ) async throws -> Value {
    guard await acquire(client, isPreferred) else {
      throw XRPCServerError.notEnoughResources("the server is too busy; try again later")
    }
    defer { release() }
    return try await work()
  }

  private func acquire(_ client: String?, _ isPreferred: Bool) async -> Bool {
    await withCheckedContinuation { continuation in
      let (answer, displaced) = state.withLock { state -> (Bool?, Waiter?) in
        if state.free > 0 {
          state.free -= 1
          return (true, nil)
        }
        let lane = isPreferred ? state.preferred : state.others
        let own = lane.waiting[client ?? ""]?.count ?? 0
        if client != nil, own >= maximumWaitingPerClient { return (false, nil) }
        var displaced: Waiter?
        if state.count >= maximumWaiting {
          displaced = state.others.removeNewest(ifMoreThan: own + 1)
          guard displaced != nil else { return (false, nil) }
          state.count -= 1
        }
        if isPreferred {
          state.preferred.append(continuation, for: client ?? "")
        } else {
          state.others.append(continuation, for: client ?? "")
        }
        state.count += 1
        return (nil, displaced)
      }
      displaced?.resume(returning: false)
      if let answer { continuation.resume(returning: answer) }
    }
  }

  private func release() {
    let next = state.withLock { state -> Waiter? in
      let next = state.next()
      if next == nil { state.free += 1 }
      return next
    }
    next?.resume(returning: true)
  }
}
