import ATProtoRepo
import Logging
import VerifiedSync

extension SyncNotice {
  /// Texts from other servers are cut, and logged without control characters.
  func write(to logger: Logger) {
    switch self {
    case .connected(let cursor):
      logger.info(
        "connected to the relay",
        metadata: ["cursor": "\(cursor.map(String.init) ?? "none")"]
      )
    case .notice(let name, let message):
      logger.warning(
        "the relay has sent a notice",
        metadata: ["name": Self.value(name), "message": Self.value(message)]
      )
    case .disconnected(let reason, let delay):
      logger.warning(
        "disconnected from the relay",
        metadata: ["reason": Self.value(reason), "retryAfter": "\(delay)"]
      )
    case .reset(let reason):
      logger.warning("the stream was reset", metadata: ["reason": Self.value(reason)])
    case .malformedFrame(let reason):
      logger.warning("skipped a malformed frame", metadata: ["reason": Self.value(reason)])
    case .rejected(let did, let rejection):
      logger.debug(
        "dropped an event",
        metadata: [
          "did": Self.value(did), "reason": "\(rejection.reason.rawValue)",
          "detail": Self.value(rejection.detail),
        ]
      )
    case .fetched(let did, let records):
      logger.debug("fetched a repository", metadata: ["did": "\(did)", "records": "\(records)"])
    case .fetchFailed(let did, let reason, _):
      logger.info(
        "cannot fetch a repository",
        metadata: ["did": "\(did)", "reason": Self.value(reason)]
      )
    case .listsAll(let reason):
      logger.info("listing all repositories", metadata: ["reason": Self.value(reason)])
    case .listingFailed(let reason):
      logger.warning("cannot list repositories", metadata: ["reason": Self.value(reason)])
    case .storeFailed(let reason):
      logger.error("the database failed", metadata: ["reason": Self.value(reason)])
    }
  }

  private static func value(_ text: String) -> Logger.MetadataValue {
    let text = text.prefix(200).unicodeScalars.map { scalar in
      scalar.properties.generalCategory == .control ? " " : Character(scalar)
    }
    return .string(String(text))
  }
}
