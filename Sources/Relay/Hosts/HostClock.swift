package import ATProtoRepo

/// The clock of connections to hosts. Tests have a clock of their own, because hosts may be called
/// again only after hours.
package struct HostClock: Sendable {
  package let now: @Sendable () -> SyncTime
  /// Returns at that time or later. Throws `CancellationError` if the task is canceled.
  package let sleep: @Sendable (_ until: SyncTime) async throws -> Void

  package init(
    now: @escaping @Sendable () -> SyncTime,
    sleep: @escaping @Sendable (_ until: SyncTime) async throws -> Void
  ) {
    self.now = now
    self.sleep = sleep
  }

  /// The clock of the system.
  package static let system = HostClock(now: { .now }) { time in
    let now = SyncTime.now
    guard time > now else { return }
    try await Task.sleep(for: .microseconds(Int64(clamping: time - now)))
  }
}
