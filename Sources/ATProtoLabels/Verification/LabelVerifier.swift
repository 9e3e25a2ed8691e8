import ATProtoCrypto
public import ATProtoIdentity
public import ATProtoSyntax
public import ComAtprotoAPI

/// Verifies labels against the `#atproto_label` keys of their sources, with a bounded number of
/// lookups: any number of bad labels of one source costs one lookup in an interval.
///
/// "Signatures should be validated when labels are transferred between services."
public final class LabelVerifier: Sendable {
  /// The most sources that one call looks up.
  static let maximumLookups = 10

  let directory: any IdentityDirectory
  private let keys: LabelKeys

  /// Creates a verifier, which keeps the keys that it finds.
  ///
  /// - Parameters:
  ///   - directory: finds the DID documents of labelers.
  ///   - refreshInterval: each source is looked up at most once in this time.
  ///   - capacity: the most sources to keep, at least 2.
  ///   - now: returns the current time, for tests.
  public init(
    directory: any IdentityDirectory,
    refreshInterval: Duration = .seconds(60),
    capacity: Int = 10_000,
    now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
  ) {
    self.directory = directory
    keys = LabelKeys(
      directory: directory,
      refreshInterval: refreshInterval,
      capacity: capacity,
      now: now
    )
  }

  /// Verifies labels.
  ///
  /// If a signature is not valid, the source is looked up again: "If there is [an updated signing key],
  /// validation should be retried." One call looks up at most 10 sources.
  ///
  /// - Parameter expected: the source that all labels must have; nil for any.
  /// - Returns: a verdict for each label, in order.
  public func verify(
    _ labels: [ComAtproto.Label.Defs.Label],
    from expected: DID? = nil
  ) async -> [LabelVerdict] {
    var verdicts = labels.map { Self.verdict(on: $0, from: expected) }
    let lastNumber = await keys.lastNumber
    var open: [Group] = []
    for group in Self.groups(labels, verdicts) {
      let key = await keys.known(group.source)
      let rest = group.positions.filter { !labels[$0].hasValidSignature(by: key) }
      if !rest.isEmpty { open.append(Group(source: group.source, positions: rest)) }
    }
    for group in open.dropFirst(Self.maximumLookups) {
      for position in group.positions { verdicts[position] = .unverified(.tooManySources) }
    }
    let lookups = open.prefix(Self.maximumLookups)
    for (index, entry) in await entries(for: lookups.map(\.source)).enumerated() {
      let doubt = Self.verdict(ifBadUnder: entry, since: lastNumber)
      for position in lookups[index].positions
      where !labels[position].hasValidSignature(by: entry.key) {
        verdicts[position] = doubt
      }
    }
    return verdicts
  }

  /// Looks up sources at the same time.
  private func entries(for sources: [DID]) async -> [LabelKeys.Entry] {
    await withTaskGroup(of: (Int, LabelKeys.Entry).self) { [keys] group in
      for (index, source) in sources.enumerated() {
        group.addTask { (index, await keys.lookUp(source)) }
      }
      var entries: [Int: LabelKeys.Entry] = [:]
      for await (index, entry) in group { entries[index] = entry }
      return sources.indices.compactMap { entries[$0] }
    }
  }
}

extension LabelVerifier {
  /// The labels of one source that are in question, by position.
  private struct Group {
    let source: DID
    var positions: [Int]
  }

  /// The verdict before signatures are checked: valid unless the label is malformed.
  private static func verdict(on label: Label, from expected: DID?) -> LabelVerdict {
    do throws(LabelError) {
      try label.check()
    } catch {
      return .invalid(error)
    }
    if let expected, label.src.string != expected.string {
      return .invalid(LabelError(.source, "the source of the label is not \(expected)"))
    }
    return .valid
  }

  /// The verdict on a label whose signature is not valid under the result of a lookup.
  ///
  /// - Parameter number: the last lookup before this call. The key may have changed since.
  private static func verdict(
    ifBadUnder entry: LabelKeys.Entry,
    since number: Int
  ) -> LabelVerdict {
    let bad = LabelError(.signature, "the label is not signed by the label key of its source")
    if let failure = entry.failure {
      let error = LabelError(.identity, "cannot find the label key: \(failure.reason)")
      return entry.number > number && !failure.isTransient ? .invalid(error) : .unverified(error)
    }
    return entry.number > number ? .invalid(bad) : .unverified(bad)
  }

  private static func groups(_ labels: [Label], _ verdicts: [LabelVerdict]) -> [Group] {
    var groups: [Group] = []
    var indices: [DID: Int] = [:]
    for position in labels.indices where verdicts[position] == .valid {
      guard let source = try? labels[position].src.parsed() else { continue }
      if let index = indices[source] {
        groups[index].positions.append(position)
      } else {
        indices[source] = groups.count
        groups.append(Group(source: source, positions: [position]))
      }
    }
    return groups
  }
}

extension Label {
  fileprivate func hasValidSignature(by key: PublicKey?) -> Bool {
    key.map { hasValidSignature(by: $0) } ?? false
  }
}

extension LabelError {
  fileprivate static let tooManySources = LabelError(
    .identity,
    "more sources than are looked up at once"
  )
}
