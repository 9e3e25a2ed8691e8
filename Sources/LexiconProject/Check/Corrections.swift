package import Lexicon

extension SourceFile {
  /// The content with corrections, and their number. Returns nil if they conflict: a corrected
  /// document must not have more errors than before.
  ///
  /// - Parameter features: the experimental features that the document may use
  package func corrected(
    with edits: [TextEdit],
    features: LexiconFeatures
  ) -> (bytes: [UInt8], count: Int)? {
    let (bytes, count) = TextEdit.apply(edits, to: bytes)
    let file = SourceFile(path: path, bytes: bytes)
    let after = LexiconDocument.parse(file, features: features).errorCount
    let before = LexiconDocument.parse(self, features: features).errorCount
    return after <= before ? (bytes, count) : nil
  }
}

extension DocumentParseResult {
  fileprivate var errorCount: Int { diagnostics.count { $0.severity == .error } }
}
