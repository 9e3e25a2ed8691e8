import RelayTestSupport
import Synchronization
import Testing

@testable import Relay

@Suite struct ReadmissionsTests {
  private struct Failure: Error {}

  private final class Calls: Sendable {
    let hosts = Mutex<[HostID]>([])
  }

  /// It must not wait until another host has a free place, which may never happen.
  @Test func failedHostIsRetriedWithoutDelayingOthers() async throws {
    let readmissions = Readmissions()
    let first = HostID(rawValue: 1)
    let second = HostID(rawValue: 2)
    let calls = Calls()
    readmissions.note(second)
    readmissions.note(first)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        await readmissions.run { host in
          let count = calls.hosts.withLock { hosts in
            hosts.append(host)
            return hosts.count
          }
          if count == 1 { throw Failure() }
        }
      }
      let isRetried = try await until { calls.hosts.withLock { $0.count } == 3 }
      #expect(isRetried)
      group.cancelAll()
    }
    #expect(calls.hosts.withLock { $0 } == [first, second, first])
  }
}
