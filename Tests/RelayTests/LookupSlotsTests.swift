import RelayTestSupport
import Synchronization
import Testing

@testable import Relay

@Suite struct LookupSlotsTests {
  /// Lookups that run until they are told to end.
  final class Lookups: Sendable {
    private struct State {
      var running: [String] = []
      var highest = 0
      var order: [String] = []
    }

    private let slots: LookupSlots
    private let state = Mutex(State())
    private let gate = Mutex<[CheckedContinuation<Void, Never>]>([])

    init(_ slots: LookupSlots) {
      self.slots = slots
    }

    var running: [String] { state.withLock { $0.running.sorted() } }
    var order: [String] { state.withLock { $0.order } }

    func start(_ host: String, _ server: String? = nil) -> Task<Void, Never> {
      Task {
        await slots.run(LookupSlots.Key(host: host, server: server)) {
          state.withLock { state in
            state.running.append(host)
            state.order.append(host)
          }
          await withCheckedContinuation { continuation in
            gate.withLock { $0.append(continuation) }
          }
          _ = state.withLock { $0.running.remove(at: $0.running.firstIndex(of: host)!) }
        }
      }
    }

    /// Ends the lookup that has run longest.
    func endOne() async throws {
      #expect(try await until { gate.withLock { !$0.isEmpty } })
      gate.withLock { $0.removeFirst() }.resume()
    }
  }

  @Test func onlyAsManyRunAsAreAllowed() async throws {
    let lookups = Lookups(LookupSlots(maximum: 3, perHost: 2))
    let tasks = ["a", "a", "a", "b", "b"].map { lookups.start($0) }
    #expect(try await until { lookups.running.count == 3 })
    for _ in tasks {
      #expect(lookups.running.count <= 3)
      #expect(lookups.running.count { $0 == "a" } <= 2)
      try await lookups.endOne()
    }
    for task in tasks { await task.value }
    #expect(lookups.running == [])
  }

  @Test func hostsTakeTurns() async throws {
    let lookups = Lookups(LookupSlots(maximum: 1, perHost: 1))
    var tasks = [lookups.start("a")]
    #expect(try await until { lookups.running == ["a"] })
    for _ in 0..<3 {
      tasks.append(lookups.start("a"))
      try await Task.sleep(for: .milliseconds(5))
    }
    tasks.append(lookups.start("b"))
    try await Task.sleep(for: .milliseconds(5))
    for _ in tasks { try await lookups.endOne() }
    for task in tasks { await task.value }
    #expect(lookups.order.firstIndex(of: "b")! <= 2)
  }

  @Test func busyServerLetsOthersPass() async throws {
    let lookups = Lookups(LookupSlots(maximum: 8, perHost: 8, perServer: 1))
    var tasks = [
      lookups.start("a", "slow"), lookups.start("a", "slow"), lookups.start("a", "slow"),
    ]
    #expect(try await until { lookups.running.count == 1 })
    tasks.append(lookups.start("a", "fast"))
    tasks.append(lookups.start("a"))
    #expect(try await until { lookups.running.count == 3 })
    for _ in tasks { try await lookups.endOne() }
    for task in tasks { await task.value }
  }
}
