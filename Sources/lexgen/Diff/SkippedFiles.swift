import ATProtoSyntax
import Lexicon
import LexiconProject

/// The files of an old version that are not compared because they have errors.
///
/// A fixed document would otherwise be compared with one that was never valid.
struct SkippedFiles {
  /// A warning for each file, sorted.
  private(set) var warnings: [Diagnostic] = []
  /// The NSIDs of the documents in the files, as far as they could be read.
  private(set) var nsids: Set<String> = []

  /// Removes the files that have errors, and returns whether there were any.
  mutating func remove(
    from files: inout [SourceFile],
    _ diagnostics: [Diagnostic],
    _ features: LexiconFeatures
  ) -> Bool {
    let first = Dictionary(
      diagnostics.filter { $0.severity == .error }.map { ($0.location.path, $0) }
    ) { first, _ in first }
    let broken = files.filter { first[$0.path] != nil }
    if broken.isEmpty { return false }
    warnings += broken.compactMap { first[$0.path] }.map { error in
      Diagnostic(
        .warning,
        rule: FindingsReport.oldErrors.id,
        at: error.location,
        "not compared, because the old version has errors: \(error.message)"
      )
    }
    warnings = warnings.sorted()
    nsids.formUnion(
      broken.compactMap { LexiconDocument.parse($0, features: features).id?.value.string }
    )
    files.removeAll { first[$0.path] != nil }
    return true
  }

  /// Leaves out the warnings about documents that are not compared.
  mutating func limit(to reach: DocumentReach) {
    warnings = warnings.filter { reach.covers($0) }
  }
}
