/// The result of verifying a label.
public enum LabelVerdict: Hashable, Sendable {
  /// The label is signed by the current label key of its source.
  case valid
  /// The label must be ignored.
  case invalid(LabelError)
  /// The question is open, because the identity of the source cannot be looked up at this time.
  /// Ignore the label, or verify it again later.
  case unverified(LabelError)
}
