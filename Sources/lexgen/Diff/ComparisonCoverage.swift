import ArgumentParser
import Lexicon

/// A reason why a comparison says nothing about some documents, which the command line or the
/// configuration can allow.
enum ComparisonGap: String, CaseIterable, ExpressibleByArgument {
  /// The old version has no documents.
  case missing
  /// Old documents with errors are not compared.
  case oldErrors = "old-errors"
  /// No document is in both versions.
  case nothing
}

/// Which part of two versions was compared.
struct ComparisonCoverage {
  /// The number of documents that both versions have.
  var compared: Int
  /// The number of documents that were not compared because of errors in the old version.
  var skippedOld: Int
  /// The number of documents in the old version, without the skipped ones.
  var old: Int
  /// Why the old version has no documents.
  var absence: String

  /// The first gap that is not allowed and the sentence that describes it, without a period; nil if
  /// the comparison is complete, or all gaps are allowed.
  func gap(allowing allowed: Set<ComparisonGap>) -> (gap: ComparisonGap, text: String)? {
    guard let gap = gaps.first(where: { !allowed.contains($0) }) else { return nil }
    switch gap {
    case .missing:
      return (gap, "\(absence); pass --allow missing if the first documents are new")
    case .oldErrors:
      let documents =
        skippedOld == 1
        ? "1 document is not compared, because its old version has errors"
        : "\(skippedOld) documents are not compared, because their old versions have errors"
      return (gap, "\(documents); pass --allow old-errors to accept that")
    case .nothing:
      let reason =
        skippedOld > 0
        ? "no document is in both versions without errors" : "no document is in both versions"
      return (gap, "nothing was compared: \(reason); pass --allow nothing to accept that")
    }
  }

  private var gaps: [ComparisonGap] {
    if old == 0, skippedOld == 0 { return [.missing] }
    var gaps: [ComparisonGap] = []
    if skippedOld > 0 { gaps.append(.oldErrors) }
    if compared == 0 { gaps.append(.nothing) }
    return gaps
  }
}
