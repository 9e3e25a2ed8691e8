/// Who writes the data that a schema describes, and who reads it.
///
/// Two versions of a schema are in use at the same time, so one side may use the new version to
/// read what the other side wrote with the old one. The flow determines the effect of a change.
public enum DataFlow: String, CaseIterable, Hashable, Sendable {
  /// Records, and definitions that nothing in the catalog refers to. Anyone may write and read such
  /// data, and existing data remains.
  case shared
  /// Parameters and input. Clients with the old schema write, and a server with the new one reads.
  case request
  /// Output and messages. A server with the new schema writes, and clients with the old one read.
  case response
}

/// The effect of a change on software and data that follow the other version.
public enum ChangeClass: String, CaseIterable, Comparable, Hashable, Sendable {
  /// Nothing breaks.
  case compatible
  /// Nothing breaks, but the change deserves attention.
  case note
  /// Data or software of one version may be rejected by software of the other.
  case breaking

  /// Orders classes by severity: compatible, note, breaking.
  public static func < (lhs: ChangeClass, rhs: ChangeClass) -> Bool { lhs.rank < rhs.rank }

  private var rank: Int {
    switch self {
    case .compatible: 0
    case .note: 1
    case .breaking: 2
    }
  }
}

/// The result of a comparison as a whole.
public enum EvolutionVerdict: String, Hashable, Sendable {
  /// There are no changes.
  case none
  /// No change is breaking.
  case compatible
  /// At least one change is breaking.
  case breaking

  /// The verdict on a list of changes.
  public init(_ changes: [SchemaChange]) {
    switch changes.map(\.classification).max() {
    case nil: self = .none
    case .breaking?: self = .breaking
    case .compatible?, .note?: self = .compatible
    }
  }
}
