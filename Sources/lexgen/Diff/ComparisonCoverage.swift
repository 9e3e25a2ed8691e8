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

  /// The gap and the sentence that describes it, without a period; nil if the comparison is complete.
  func gap(allowing allowed: Set<ComparisonGap>) -> (gap: ComparisonGap, text: String)? {
    guard let gap, !allowed.contains(gap) else { return nil }
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
      return (gap, "nothing was compared: no document is in both versions")
    }
  }

  private var gap: ComparisonGap? {
    if skippedOld > 0 { return .oldErrors }
    if old == 0 { return .missing }
    return compared == 0 ? .nothing : nil
  }
}
