import ServiceKit
import Synchronization
import Testing

@Suite struct AsyncSemaphoreTests {
  @Test func noMoreThanThePermittedNumberRunAtOnce() async throws {
    let semaphore = AsyncSemaphore(2)
    let working = Working()
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<20 {
        group.addTask {
          await semaphore.run {
            working.begin()
            await Task.yield()
            working.end()
          }
        }
      }
    }
    #expect((1...2).contains(working.most) && working.now == 0)
  }

  private final class Working: Sendable {
    private let counts = Mutex((now: 0, most: 0))

    var now: Int { counts.withLock { $0.now } }
    var most: Int { counts.withLock { $0.most } }

    func begin() {
      counts.withLock { counts in
        counts.now += 1
        counts.most = max(counts.most, counts.now)
      }
    }

    func end() {
      counts.withLock { $0.now -= 1 }
    }
  }
}
