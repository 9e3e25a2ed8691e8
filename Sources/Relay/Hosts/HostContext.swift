import ATProtoHTTP
import Logging
import ServiceKit

/// What all links share.
struct HostContext: Sendable {
  let transport: any HTTPTransport
  let userAgent: String
  let clock: HostClock
  let metrics: HostsMetrics
  let budget: ByteBudget
  /// Limits the number of connections that are being established.
  let handshakes: AsyncSemaphore
  let submit: @Sendable (UpstreamEvent) -> Void
  /// Stores the positions up to which the events of hosts are finished.
  let storeProgress: @Sendable () async throws -> Void
  let logger: Logger
  let concurrency: Int
}
