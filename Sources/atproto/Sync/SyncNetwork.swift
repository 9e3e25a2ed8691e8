import ATProtoHTTP
import ATProtoIdentity
import ATProtoRepo
import Logging
import VerifiedSync
import XRPC
import XRPCAsyncHTTPClient
import XRPCClient

/// How `atproto sync` reaches other servers.
enum SyncNetwork {
  /// Hosts come from DID documents, so only public IP addresses are called. The relay and the PLC
  /// directory, which the operator names, may be anywhere.
  static func transport(_ configuration: SyncCommandConfiguration) -> GuardedTransport {
    GuardedTransport(policy: configuration.isDevelopment ? .development : .publicOnly)
  }

  static func identities(_ configuration: SyncCommandConfiguration) -> BaseIdentityDirectory {
    let transport = transport(configuration)
    let directory = ServiceEndpoint(configuration.plc)
    let policy: IPAddressPolicy =
      configuration.isDevelopment || directory.isOnThisMachine ? .development : .publicOnly
    return BaseIdentityDirectory(
      plc: PLCDirectoryClient(
        url: configuration.plc,
        transport: GuardedTransport(policy: policy)
      ),
      handles: HandleResolver(
        txt: SystemTXTResolver(),
        transport: transport,
        development: configuration.isDevelopment ? HandleResolver.Development() : nil
      ),
      transport: transport,
      allowsLocalhost: configuration.isDevelopment
    )
  }
}

extension SyncNotice {
  func write(to logger: Logger) {
    switch self {
    case .connected(let cursor):
      logger.info("connected", metadata: ["cursor": "\(cursor.map(String.init) ?? "none")"])
    case .notice(let name, let message):
      logger.warning(
        "the relay has sent a notice",
        metadata: [
          "name": "\(name.prefix(100).description.withoutControls)",
          "message": "\(message.prefix(200).description.withoutControls)",
        ]
      )
    case .disconnected(let reason, let delay):
      logger.warning(
        "disconnected",
        metadata: ["reason": "\(reason.withoutControls)", "retryAfter": "\(delay)"]
      )
    case .rejected(let did, let rejection):
      logger.debug(
        "dropped an event",
        metadata: [
          "did": "\(did.withoutControls)", "reason": "\(rejection.reason.rawValue)",
          "detail": "\(rejection.detail.prefix(200).description.withoutControls)",
        ]
      )
    case .fetched(let did, let records):
      logger.debug("fetched a repository", metadata: ["did": "\(did)", "records": "\(records)"])
    case .fetchFailed(let did, let reason, _):
      logger.info(
        "cannot fetch a repository",
        metadata: [
          "did": "\(did)", "reason": "\(reason.prefix(200).description.withoutControls)",
        ]
      )
    case .listingFailed(let reason):
      logger.warning(
        "cannot list repositories",
        metadata: ["reason": "\(reason.prefix(200).description.withoutControls)"]
      )
    case .listsAll(let reason):
      logger.info("listing all repositories", metadata: ["reason": "\(reason)"])
    case .reset(let reason):
      logger.warning(
        "the stream was reset",
        metadata: ["reason": "\(reason.prefix(200).description.withoutControls)"]
      )
    case .malformedFrame(let reason):
      logger.warning(
        "skipped a malformed frame",
        metadata: ["reason": "\(reason.prefix(200).description.withoutControls)"]
      )
    case .storeFailed(let reason):
      logger.error("the database failed", metadata: ["reason": "\(reason)"])
    }
  }
}
