/// Who writes the data that a schema describes, and who reads it.
///
/// It decides what a change means. Two versions of a schema are in use at once: what one side writes
/// by the old one the other may read by the new one.
public enum DataFlow: String, CaseIterable, Hashable, Sendable {
  /// Records, and definitions that nothing in the catalog refers to: everybody writes and reads,
  /// and what was written stays.
  case shared
  /// Parameters and input: clients of the old schema write, a server of the new one reads.
  case request
  /// Output and messages: a server of the new schema writes, clients of the old one read.
  case response
}

/// What a change means for those who know the other version.
public enum ChangeClass: String, CaseIterable, Comparable, Hashable, Sendable {
  case compatible
  /// Nothing breaks, but somebody should know.
  case note
  case breaking

  public static func < (lhs: ChangeClass, rhs: ChangeClass) -> Bool { lhs.rank < rhs.rank }

  private var rank: Int {
    switch self {
    case .compatible: 0
    case .note: 1
    case .breaking: 2
    }
  }
}

/// What all changes together come to.
public enum EvolutionVerdict: String, Hashable, Sendable {
  case none
  case compatible
  case breaking

  public init(_ changes: [SchemaChange]) {
    switch changes.map(\.classification).max() {
    case nil: self = .none
    case .breaking?: self = .breaking
    case .compatible?, .note?: self = .compatible
    }
  }
}
