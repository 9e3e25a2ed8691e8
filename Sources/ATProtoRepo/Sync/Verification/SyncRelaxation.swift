/// Checks that a lenient service turns into warnings, for hosts that do not follow Sync 1.1 yet.
///
/// The form of the message except its `time`, the CAR file, the commit object, its signature, and `rev` are always
/// checked. With any of these, a consumer cannot know that it has every record.
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
  /// `time` is not a datetime. A ``CommitVerifier`` does not see it; services that pass frames on
  /// check it, because strict consumers may drop their connection.
  case malformedTime
}
