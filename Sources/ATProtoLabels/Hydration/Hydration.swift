import ATProtoData
public import ATProtoSyntax
import ComAtprotoAPI
import XRPCClient

/// Finds the labels for the subjects of a response ("services should generally only include 'active'
/// and relevant labels").
public struct Hydration: Sendable {
  private let index: any LabelIndex
  private let now: @Sendable () -> Datetime.Instant

  /// Creates a hydration of the labels in an index.
  ///
  /// - Parameter now: returns the current time: labels expire when they are read.
  public init(
    index: any LabelIndex,
    now: @escaping @Sendable () -> Datetime.Instant = { .now }
  ) {
    self.index = index
    self.now = now
  }

  /// Returns the labels on each subject, by its URI.
  ///
  /// - A subject has the active labels of the accepted labelers, without signatures, and those that
  ///   its author put on it, whichever labelers are accepted.
  /// - A label with a `cid` counts only if it is the subject's current one. There is one label for each
  ///   source and value, the latest.
  /// - `!takedown` and `!suspend` of a labeler with `redact`, on the subject or on its author, remove
  ///   the subject. All other values, such as `!hide`, only label it.
  ///
  /// Labels on an author are not among the labels of a record: pass the author as a subject of its
  /// own.
  public func labels(
    on subjects: [HydratedSubject],
    for accepted: AcceptedLabelers
  ) async throws -> [String: SubjectLabels] {
    let active = try await activeLabels(on: subjects, for: accepted)
    var result: [String: SubjectLabels] = [:]
    for subject in subjects where result[subject.uri] == nil {
      let found = active[subject.uri, default: []].filter { $0.covers(subject.cid) }
      let onAuthor =
        subject.uri == subject.author.string
        ? [] : active[subject.author.string, default: []].filter { $0.covers(nil) }
      result[subject.uri] = SubjectLabels(
        labels: Self.ordered(subject.selfLabels, found, accepted),
        redactedBy: accepted.redactor(among: found + onAuthor)
      )
    }
    return result
  }

  /// The active labels of the accepted labelers, by subject.
  private func activeLabels(
    on subjects: [HydratedSubject],
    for accepted: AcceptedLabelers
  ) async throws -> [String: [Label]] {
    let sources = accepted.labelers.map(\.did)
    guard !sources.isEmpty else { return [:] }
    let uris = Array(Set(subjects.flatMap { [$0.uri, $0.author.string] }))
    let instant = now()
    var active: [String: [Label]] = [:]
    for start in stride(from: 0, to: uris.count, by: LabelIndexLimits.subjects) {
      let page = Array(uris[start..<min(uris.count, start + LabelIndexLimits.subjects)])
      for label in try await index.labels(on: page, from: sources)
      where label.isActive(at: instant) {
        active[label.uri.string, default: []].append(label)
      }
    }
    return active
  }

  /// The labels to show: one for each source and value.
  private static func ordered(
    _ selfLabels: [Label],
    _ labels: [Label],
    _ accepted: AcceptedLabelers
  ) -> [Label] {
    var latest: [LabelKey: Label] = [:]
    for label in labels {
      guard let key = LabelKey(label) else { continue }
      if let other = latest[key], !other.isEarlier(than: label) { continue }
      latest[key] = label
    }
    // The author's own label stands for one with which the author, as a labeler, says the same.
    let own = Set(selfLabels.compactMap(LabelKey.init))
    let bySource = Dictionary(grouping: latest.filter { !own.contains($0.key) }, by: \.key.source)
    let others = accepted.labelers.flatMap { labeler in
      (bySource[labeler.did] ?? []).map(\.value).sorted {
        $0.val.utf8.lexicographicallyPrecedes($1.val.utf8)
      }
    }
    return selfLabels + others.map(\.withoutSignature)
  }
}

extension AcceptedLabelers {
  /// The first labeler with `redact` that has taken the subject down.
  fileprivate func redactor(among labels: [Label]) -> DID? {
    let sources = Set(labels.filter { LabelValue.redacting.contains($0.val) }.map(\.src.string))
    return labelers.first { $0.redacts && sources.contains($0.did.string) }?.did
  }
}

extension Label {
  /// Whether the label is about this version of its subject: "if provided, the label applies to a
  /// specific version of the subject".
  fileprivate func covers(_ version: CID?) -> Bool {
    guard let cid else { return true }
    return cid.string == version?.string
  }

  fileprivate var withoutSignature: Label {
    var label = self
    label.sig = nil
    return label
  }

  /// Labels of one time are ordered by signature, so that the choice does not depend on the index.
  fileprivate func isEarlier(than other: Label) -> Bool {
    guard let mine = try? cts.parsed(), let others = try? other.cts.parsed() else { return false }
    if mine.instant != others.instant { return mine.instant < others.instant }
    return (sig?.array ?? []).lexicographicallyPrecedes(other.sig?.array ?? [])
  }
}
