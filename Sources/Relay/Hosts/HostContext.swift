import ATProtoHTTP
import Logging

/// What all links share.
struct HostContext: Sendable {
  let transport: any HTTPTransport
  let userAgent: String
  let clock: HostClock
  let metrics: HostsMetrics
  let budget: ByteBudget
  let handshakes: Handshakes
  let submit: @Sendable (UpstreamEvent) -> Void
  /// Stores the positions up to which the events of hosts are finished.
  let storeProgress: @Sendable () async throws -> Void
  let logger: Logger
  let concurrency: Int
}
