public import ATProtoSyntax

/// The record keys that a record lexicon allows (Record Key specification, "Record Key Types").
public enum RecordKeyType: Hashable, Sendable {
  /// Any valid record key.
  case any
  /// A timestamp identifier: one record per creation time.
  case tid
  /// An NSID: one record per name.
  case nsid
  /// A fixed key, such as `self`: at most one record per repository.
  case literal(String)

  /// Whether a valid record key is of this type.
  public func allows(_ recordKey: RecordKey) -> Bool {
    switch self {
    case .any: true
    case .tid: (try? TID(recordKey.string)) != nil
    case .nsid: (try? NSID(recordKey.string)) != nil
    case .literal(let value): recordKey.string == value
    }
  }
}
