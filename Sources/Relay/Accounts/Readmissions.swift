import Synchronization

/// Hosts with a free place while others of their accounts are throttled.
///
/// One loop admits them, the oldest first, for all hosts. Requests that arrive meanwhile are kept
/// once per host.
final class Readmissions: Sendable {
  private let hosts = Mutex<Set<HostID>>([])
  private let wakeUps: AsyncStream<Void>
  private let wakeUp: AsyncStream<Void>.Continuation

  init() {
    (wakeUps, wakeUp) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
  }

  func note(_ host: HostID) {
    hosts.withLock { _ = $0.insert(host) }
    wakeUp.yield()
  }

  /// Calls `admit` with hosts as they are noted, until the task is canceled. Hosts that fail are tried
  /// again after a second.
  func run(_ admit: (HostID) async throws -> Void) async {
    for await _ in wakeUps {
      let noted = hosts.withLock { hosts in
        defer { hosts = [] }
        return hosts
      }
      var failed: [HostID] = []
      for host in noted.sorted() {
        do {
          try await admit(host)
        } catch {
          failed.append(host)
        }
      }
      guard !failed.isEmpty else { continue }
      try? await Task.sleep(for: .seconds(1))
      for host in failed { note(host) }
    }
  }
}
