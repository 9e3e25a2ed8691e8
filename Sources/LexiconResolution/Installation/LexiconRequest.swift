/// What a command is asked to install: a document, or all documents of a group.
public enum LexiconRequest: Hashable, Sendable {
  /// An NSID, `NSID@CID`, or an AT-URI.
  case document(LexiconReference)
  /// `GROUP.*` or `GROUP.`.
  case group(LexiconGroup)

  /// Parses an argument of `install`.
  ///
  /// - Throws: ``LexiconError/Code/invalidNsid``.
  public init(_ text: String) throws(LexiconError) {
    if let group = LexiconGroup(text) {
      self = .group(group)
    } else {
      self = .document(try LexiconReference(text))
    }
  }
}

/// How far a command has come.
public struct LexiconProgress: Hashable, Sendable {
  /// The number of documents that are present.
  public var done: Int
  /// The number of documents that are known to be needed, which grows with their references.
  public var known: Int

  /// Receives the progress, from any thread.
  public typealias Report = @Sendable (LexiconProgress) -> Void
}
