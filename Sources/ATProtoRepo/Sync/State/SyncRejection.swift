/// Why an event is dropped.
public struct SyncRejection: Hashable, Sendable {
  /// The kinds of reasons, whose raw values are the labels of metrics.
  public enum Reason: String, CaseIterable, Hashable, Sendable {
    /// Fields of the message are malformed or contradict each other.
    case malformed
    /// The message, a record, or the number of operations exceeds its limit.
    case tooLarge
    /// The DID cannot be resolved, or its document does not have a signing key or a PDS.
    case noIdentity
    /// The DID has been tombstoned.
    case tombstoned
    /// The event does not come from the account's PDS.
    case wrongHost
    /// The account is not active at its host.
    case inactive
    /// The signature was not made with the signing key.
    case badSignature
    /// `rev` is not greater than that of the last message.
    case revNotNewer
    /// `rev` is in the future.
    case revInFuture
    /// The message contradicts the signed commit.
    case fieldMismatch
    /// The commit object does not follow the Repository specification.
    case invalidCommit
    /// `blocks` is not a valid CAR file.
    case malformedCAR
    /// The commit, a node, or a record is not in `blocks`.
    case missingBlock
    /// Nodes of the tree do not follow the Repository specification.
    case invalidTree
    /// The inverted operations do not lead to `prevData`.
    case inversionMismatch
    /// `prevData` is missing.
    case missingPrevData
    /// Messages before this one are missing.
    case chainBroken
    /// A record is not DAG-CBOR.
    case invalidRecord
    /// Too many events of the account are waiting.
    case queueFull
    /// The repository must be fetched first, which has failed.
    case desynchronized
    /// The event was received before.
    case duplicate
    /// This service has taken down the account.
    case takendown
    /// The host has more accounts than this service allows.
    case throttled
  }

  /// The kind of reason.
  public var reason: Reason
  /// The reason in words. It may contain text from the event.
  public var detail: String

  /// Creates a rejection.
  public init(_ reason: Reason, _ detail: String) {
    self.reason = reason
    self.detail = detail
  }

  init(_ error: SyncError) {
    // Codes have the names of reasons, except `malformedMessage`.
    self.init(Reason(rawValue: error.code.rawValue) ?? .malformed, error.reason)
  }
}
