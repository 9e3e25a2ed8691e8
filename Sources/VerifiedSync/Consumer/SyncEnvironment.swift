import ATProtoHTTP
import ATProtoIdentity
import ATProtoRepo
import XRPCClient

/// What the parts of a consumer share.
struct SyncEnvironment: Sendable {
  let configuration: SyncConfiguration
  let outbox: Outbox
  let store: any SyncStore
  let transport: any HTTPTransport
  let relayTransport: any HTTPTransport
  let identities: any IdentityDirectory
  let clock: any SyncClock
  let counters = SyncCounting()
  let observer: @Sendable (SyncNotice) -> Void

  /// The name of the position in the stream.
  var streamName: String { configuration.relay.description }

  var relay: XRPCClient {
    XRPCClient(service: configuration.relay, transport: relayTransport)
  }

  func client(_ service: ServiceEndpoint) -> XRPCClient {
    XRPCClient(service: service, transport: transport)
  }

  /// The PDS of an account, if it may be called.
  func pds(of identity: SyncIdentity) -> ServiceEndpoint? {
    guard let endpoint = ServiceEndpoint(identity.pds),
      endpoint.scheme == "https" || configuration.allowsLoopback
    else { return nil }
    return endpoint
  }

  /// Repeats an operation of the store until it succeeds; nothing may be lost.
  func persistently<Value: Sendable>(
    _ operation: @Sendable () async throws -> Value
  ) async throws(CancellationError) -> Value {
    while !Task.isCancelled {
      do {
        return try await operation()
      } catch {
        guard !Task.isCancelled else { break }
        observer(.storeFailed(reason: "\(error)"))
        await clock.sleep(until: clock.now + 1_000_000)
      }
    }
    throw CancellationError()
  }
}
