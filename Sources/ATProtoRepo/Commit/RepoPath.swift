public import ATProtoSyntax

/// Where a record is in its repository: `<collection>/<record-key>`.
///
/// Repository specification, "Repository Paths": "a valid, normalized NSID, followed by a `/`,
/// followed by a valid Record Key".
public struct RepoPath: Hashable, Sendable {
  public var collection: NSID
  public var recordKey: RecordKey

  public init(_ collection: NSID, _ recordKey: RecordKey) {
    self.collection = collection
    self.recordKey = recordKey
  }

  /// Throws ``RepoError/Code/invalidPath``.
  public init(_ text: String) throws(RepoError) {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, let collection = try? NSID(String(parts[0])),
      let recordKey = try? RecordKey(String(parts[1])), collection.normalized == collection
    else {
      throw RepoError(.invalidPath, "'\(text.prefix(64))' is not a path of a record")
    }
    self.init(collection, recordKey)
  }

  public init(_ key: MSTKey) throws(RepoError) {
    guard let text = String(validating: key.bytes, as: UTF8.self) else {
      throw RepoError(.invalidPath, "a path that is not UTF-8")
    }
    try self.init(text)
  }

  public var string: String { "\(collection.string)/\(recordKey.string)" }

  func key() throws(RepoError) -> MSTKey {
    try MSTKey(string)
  }
}

extension RepoPath: CustomStringConvertible {
  public var description: String { string }
}
