/// Checks that a lenient service turns into warnings, for hosts that do not follow Sync 1.1 yet.
///
/// The form of the message (except its `time`), the CAR file, the commit object, its signature, and
/// `rev` are always checked. With any of these relaxations, a consumer cannot know whether it has
/// every record.
public enum SyncRelaxation: String, CaseIterable, Hashable, Sendable {
  /// `prevData` is missing, so the operations are not inverted and do not need `prev`.
  case missingPrevData
  /// The inverted operations do not lead to `prevData`, or nodes that they need are missing.
  case inversionMismatch
  /// `since` or `prevData` does not follow the previous message.
  case chainBroken
  /// A new record is not in the message.
  case missingRecord
  /// There are more operations than the limit.
  case tooManyOperations
  /// `time` is not a valid datetime. A ``CommitVerifier`` does not check it. Services that forward
  /// frames do, because strict consumers may close their connections otherwise.
  case malformedTime
}
