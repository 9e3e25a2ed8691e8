import ATProtoData
import ATProtoSyntax
public import ComAtprotoAPI

/// The state of one combination of source, subject, and value after any number of labels, in any order
/// of arrival: "the `created-at` timestamp is used to clarify which label is current".
///
/// - Of two labels for the same version of the subject, the later one counts; if both have the same
///   time, the one with the greater signature.
/// - A negation removes every label that is not later than itself, for whichever version it was. It is
///   kept, because an older label may still arrive.
/// - Labels for different versions (`cid`) are kept side by side, the latest eight of them: each
///   covers another version of the record.
///
/// The caller keeps a state for each ``LabelKey`` and verifies labels before it applies them.
public struct LabelState: Sendable {
  /// The most versions of a subject that are labeled with the same value.
  static let maximumVersions = 8

  fileprivate struct Entry {
    let label: Label
    let time: Datetime.Instant
  }

  private var negation: Entry?
  /// The latest first.
  private var positives: [Entry] = []

  /// Creates an empty state.
  public init() {}

  /// The labels of the state: those for each version, the latest first, then the last negation.
  public var labels: [ComAtproto.Label.Defs.Label] {
    positives.map(\.label) + (negation.map { [$0.label] } ?? [])
  }

  /// Whether no label has been applied.
  public var isEmpty: Bool { positives.isEmpty && negation == nil }

  /// Applies a label of the state's source, subject, and value.
  ///
  /// - Returns: false if the label changes nothing, because a later one is known or its time is not
  ///   valid.
  @discardableResult
  public mutating func apply(_ label: ComAtproto.Label.Defs.Label) -> Bool {
    guard let time = try? label.cts.parsed().instant else { return false }
    let entry = Entry(label: label.specified, time: time)
    return label.neg == true ? applyNegation(entry) : applyPositive(entry)
  }

  private mutating func applyNegation(_ entry: Entry) -> Bool {
    if let negation, !negation.precedes(entry) { return false }
    negation = entry
    positives.removeAll { $0.time <= entry.time }
    return true
  }

  private mutating func applyPositive(_ entry: Entry) -> Bool {
    if let negation, entry.time <= negation.time { return false }
    if let index = positives.firstIndex(where: { $0.label.cid == entry.label.cid }) {
      guard positives[index].precedes(entry) else { return false }
      positives.remove(at: index)
    }
    let index = positives.firstIndex { $0.precedes(entry) } ?? positives.count
    guard index < Self.maximumVersions else { return false }
    positives.insert(entry, at: index)
    if positives.count > Self.maximumVersions { positives.removeLast() }
    return true
  }
}

extension LabelState.Entry {
  /// Orders labels of the same kind. Signatures only make the order independent of the arrival.
  fileprivate func precedes(_ other: Self) -> Bool {
    if time != other.time { return time < other.time }
    return (label.sig?.array ?? []).lexicographicallyPrecedes(other.label.sig?.array ?? [])
  }
}
