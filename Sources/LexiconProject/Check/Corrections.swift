package import Lexicon

extension SourceFile {
  /// The content with corrections, and their number. Returns nil if they conflict: a corrected
  /// document must not have more errors than before.
  package func corrected(with edits: [TextEdit]) -> (bytes: [UInt8], count: Int)? {
    let (bytes, count) = TextEdit.apply(edits, to: bytes)
    let after = LexiconDocument.parse(SourceFile(path: path, bytes: bytes)).errorCount
    return after <= LexiconDocument.parse(self).errorCount ? (bytes, count) : nil
  }
}

extension DocumentParseResult {
  fileprivate var errorCount: Int { diagnostics.count { $0.severity == .error } }
}
