import Synchronization

/// Hosts that have both a free place and throttled accounts.
///
/// One loop admits accounts for all hosts, the oldest first. Requests that arrive in the meantime
/// are kept once per host.
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

  /// Calls `admit` with hosts as they are recorded, until the task is canceled. If it fails for a
  /// host, that host is retried after a second.
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
