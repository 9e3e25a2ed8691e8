import ATProtoData
public import ATProtoSyntax
public import Lexicon

/// Documents in files, read completely before anything happens to one of them.
public struct LocalLexicons: Sendable {
  /// Why the documents cannot be published: every problem, with its file, line, and column.
  public struct Failure: Error, Sendable {
    /// The problems, sorted by file and place.
    public let diagnostics: [Diagnostic]
  }

  /// How closely files are checked.
  public enum Check: Sendable {
    /// Well-formed JSON or YAML with an NSID, which is enough to compare documents.
    case form
    /// Also the rules of the language; unresolved references do not matter.
    case language
    /// Also advice: warnings count as errors.
    case advice
  }

  /// The documents, sorted by NSID. Each NSID occurs once.
  public let documents: [LocalLexicon]
  /// The paths of files that are not Lexicon documents, sorted.
  public let skipped: [String]

  /// Records of more than 1 MiB cannot be published or resolved.
  public static let maximumRecordBytes = 1 << 20
  /// The deepest nesting of a record that can be resolved.
  static let maximumDepth = 128

  /// Reads and checks files.
  ///
  /// - Parameter named: the paths of files that the user named, which must be documents.
  /// - Throws: all problems of all files.
  public init(
    _ files: [SourceFile],
    named: Set<String> = [],
    check: Check = .language
  ) throws(Failure) {
    var reader = LocalLexiconReader(named: named)
    for file in files { reader.read(file) }
    if check != .form { reader.check(files, advice: check == .advice) }
    guard reader.problems.isEmpty else {
      throw Failure(diagnostics: Array(Set(reader.problems)).sorted())
    }
    documents = reader.documents.values.sorted { $0.nsid < $1.nsid }
    skipped = reader.skipped.sorted()
  }

  init(documents: [LocalLexicon]) {
    self.documents = documents
    skipped = []
  }

  /// The documents without those with the given NSIDs.
  public func excluding(_ nsids: Set<NSID>) -> LocalLexicons {
    LocalLexicons(documents: documents.filter { !nsids.contains($0.nsid) })
  }
}
