import LexiconCompiler

/// What one run of `generate` gives, before anything is written.
struct GenerationResult: Equatable {
  var documentCount: Int
  var typeCount: Int
  /// As they were printed.
  var warnings: [String]
  var files: [OutputFile]
  /// `--keep-going`: this is what was left.
  var hasErrors = false
}

extension OutputFile {
  var lineCount: Int {
    let newline = UInt8(ascii: "\n")
    return content.utf8.withContiguousStorageIfAvailable { $0.count { $0 == newline } }
      ?? content.utf8.count { $0 == newline }
  }
}
