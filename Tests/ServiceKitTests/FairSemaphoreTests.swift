import ServiceKit
import Synchronization
import Testing
import XRPCServer

@Suite struct FairSemaphoreTests {
  /// Lets requests wait behind one that is running, and returns the order in which they are served.
  private func order(
    of requests: [(client: String, isPreferred: Bool)],
    maximumWaiting: Int = 100,
    maximumWaitingPerClient: Int = 100
  ) async throws -> (served: [String], refused: [String]) {
    let semaphore = FairSemaphore(
      1,
      maximumWaiting: maximumWaiting,
      maximumWaitingPerClient: maximumWaitingPerClient
    )
    let log = Log()
    let tasks = try await semaphore.run(for: "first") {
      var tasks: [Task<Void, any Error>] = []
      for (client, isPreferred) in requests {
        let settled = semaphore.waitingCount + log.refused.count
        tasks.append(
          Task {
            do {
              try await semaphore.run(for: client, isPreferred: isPreferred) { log.serve(client) }
            } catch is XRPCServerError {
              log.refuse(client)
            }
          }
        )
        // The next request must not overtake this one.
        while semaphore.waitingCount + log.refused.count <= settled { await Task.yield() }
      }
      return tasks
    }
    for task in tasks { try await task.value }
    return (log.served, log.refused)
  }

  private final class Log: Sendable {
    private let clients = Mutex<(served: [String], refused: [String])>(([], []))

    var served: [String] { clients.withLock { $0.served } }
    var refused: [String] { clients.withLock { $0.refused } }

    func serve(_ client: String) {
      clients.withLock { $0.served.append(client) }
    }

    func refuse(_ client: String) {
      clients.withLock { $0.refused.append(client) }
    }
  }

  private func requests(_ clients: String) -> [(client: String, isPreferred: Bool)] {
    clients.map { (client: $0.lowercased(), isPreferred: $0.isUppercase) }
  }

  @Test("clients take turns, however many requests each has")
  func clientsTakeTurns() async throws {
    let order = try await order(of: requests("aaaab"))
    #expect(order.served.joined() == "abaaa" && order.refused.isEmpty)
  }

  @Test("preferred requests go first, and every fourth turn is that of others")
  func preferredRequestsGoFirst() async throws {
    let order = try await order(of: requests("xyAAAAAA"))
    #expect(order.served.joined() == "aaaxaaay")
  }

  @Test("a client that has too many requests is refused, and others are not")
  func clientsHaveLimits() async throws {
    let order = try await order(of: requests("aaab"), maximumWaitingPerClient: 2)
    #expect(order.served.joined() == "aba" && order.refused == ["a"])
  }

  @Test("in a full queue, a new client displaces the newest request of the one that has the most")
  func newClientsDisplaceOthers() async throws {
    let order = try await order(of: requests("aaab"), maximumWaiting: 3)
    #expect(order.served.joined() == "aba" && order.refused == ["a"])
  }

  @Test("work that throws frees its place")
  func failuresFreeTheirPlace() async throws {
    struct Failure: Error {}
    let semaphore = FairSemaphore(1, maximumWaiting: 1, maximumWaitingPerClient: 1)
    for _ in 0..<3 {
      await #expect(throws: Failure.self) {
        try await semaphore.run(for: "a") { throw Failure() }
      }
    }
  }
}
