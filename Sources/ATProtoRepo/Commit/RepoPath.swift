public import ATProtoSyntax

/// The path of a record in its repository: `<collection>/<record-key>`.
///
/// Repository specification, "Repository Paths": "a valid, normalized NSID, followed by a `/`,
/// followed by a valid Record Key".
public struct RepoPath: Hashable, Sendable {
  /// The collection.
  public var collection: NSID
  /// The record key.
  public var recordKey: RecordKey

  /// Creates a path.
  public init(_ collection: NSID, _ recordKey: RecordKey) {
    self.collection = collection
    self.recordKey = recordKey
  }

  /// Parses a path. Throws ``RepoError/Code/invalidPath``.
  public init(_ text: String) throws(RepoError) {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, let collection = try? NSID(String(parts[0])),
      let recordKey = try? RecordKey(String(parts[1])), collection.normalized == collection
    else {
      throw RepoError(.invalidPath, "'\(text.prefix(64))' is not a valid record path")
    }
    self.init(collection, recordKey)
  }

  /// Reads a path from the key of a tree. Throws ``RepoError/Code/invalidPath``.
  public init(_ key: MSTKey) throws(RepoError) {
    guard let text = String(validating: key.bytes, as: UTF8.self) else {
      throw RepoError(.invalidPath, "a record path is not UTF-8")
    }
    try self.init(text)
  }

  /// The path as text.
  public var string: String { "\(collection.string)/\(recordKey.string)" }

  func key() throws(RepoError) -> MSTKey {
    try MSTKey(string)
  }
}

extension RepoPath: CustomStringConvertible {
  /// The path as text.
  public var description: String { string }
}
