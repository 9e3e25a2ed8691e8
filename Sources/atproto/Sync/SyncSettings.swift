import ATProtoHTTP
import ATProtoIdentity
import ATProtoSyntax
import Logging
import ServiceKit
import VerifiedSync
import XRPCClient

/// The configuration of `atproto sync`.
struct SyncCommandConfiguration: Sendable {
  var consumer: SyncConfiguration
  var plc: HTTPURL
  /// The path of the database; nil for memory.
  var databasePath: String?
  /// Where to serve events and administration; nil for neither.
  var address: ListenAddress?
  var webhook: HTTPURL?
  /// Whether clients acknowledge events; otherwise what was sent counts as processed.
  var needsAcknowledgments = true
  var adminPassword: String?
  var logLevel = Logger.Level.info
  let isDevelopment: Bool
}

/// The settings of `atproto sync` while they are read. Names and defaults are those of the reference
/// consumer, so that its configuration works unchanged; docs/sync.md lists the differences.
struct SyncSettings: ServiceSettings {
  var configuration: SyncCommandConfiguration
  var signal: NSID?
  var isNetwork = false

  init(isDevelopment: Bool) {
    let relay = isDevelopment ? "http://127.0.0.1:2470" : "https://relay1.us-east.bsky.network"
    var consumer = SyncConfiguration(
      relay: ServiceEndpoint(relay)!,
      boundary: .repositories([])
    )
    consumer.allowsLoopback = isDevelopment
    configuration = SyncCommandConfiguration(
      consumer: consumer,
      plc: isDevelopment
        ? HTTPURL("http://127.0.0.1:2582")! : PLCDirectoryClient.standardURL,
      databasePath: isDevelopment ? nil : "./tap.db",
      isDevelopment: isDevelopment
    )
  }

  func finished() throws(ServiceError) -> SyncCommandConfiguration {
    guard signal == nil || !isNetwork else {
      throw ServiceError(
        .configuration,
        "TAP_SIGNAL_COLLECTION and TAP_FULL_NETWORK are both set; set one of them"
      )
    }
    // Without a replay, missed events are noticed only when an account writes again, and most
    // accounts of a network rarely do.
    guard self.configuration.consumer.replaysFromCursor || !isNetwork else {
      throw ServiceError(
        .configuration,
        "TAP_NO_REPLAY and TAP_FULL_NETWORK are both set; set one of them"
      )
    }
    var configuration = configuration
    if let signal { configuration.consumer.boundary = .signal(signal) }
    if isNetwork { configuration.consumer.boundary = .network }
    return configuration
  }
}
