import ATProtoData
public import ATProtoSyntax

/// The reason why a block, tree, commit, or CAR file is rejected.
///
/// Two errors are equal if their codes are.
public struct RepoError: CodedError {
  /// The kinds of errors.
  public struct Code: RawRepresentable, Hashable, Sendable {
    /// The name of the code, such as `missingBlock`.
    public var rawValue: String

    /// Creates a code with a name.
    public init(rawValue: String) {
      self.rawValue = rawValue
    }

    // Blocks
    /// A required block is not in the store or the CAR file.
    public static let missingBlock = Code(rawValue: "missingBlock")
    /// The bytes do not have the hash in their CID.
    public static let wrongHash = Code(rawValue: "wrongHash")
    /// A block that is not DAG-CBOR in the form required for its kind.
    public static let malformedBlock = Code(rawValue: "malformedBlock")

    // Trees
    /// An empty key, or one that is too long.
    public static let invalidKey = Code(rawValue: "invalidKey")
    /// Keys that are not ascending, in a node or between a node and its subtree.
    public static let keyOrder = Code(rawValue: "keyOrder")
    /// A prefix length that is not exactly the number of bytes that a key shares with the previous
    /// one.
    public static let keyPrefix = Code(rawValue: "keyPrefix")
    /// A key at a height that does not match its hash.
    public static let keyHeight = Code(rawValue: "keyHeight")
    /// A node that is not part of the tree's canonical form.
    public static let superfluousNode = Code(rawValue: "superfluousNode")
    /// A link to a node or a tree that is not in the blessed form.
    public static let foreignLink = Code(rawValue: "foreignLink")
    /// A node with more entries than can occur by chance.
    public static let tooManyEntries = Code(rawValue: "tooManyEntries")
    /// A tree that is higher than can occur by chance.
    public static let tooHigh = Code(rawValue: "tooHigh")
    /// An operation that does not agree with the tree.
    public static let operationMismatch = Code(rawValue: "operationMismatch")

    // CAR files
    /// A CAR file that does not follow its specification.
    public static let malformedCAR = Code(rawValue: "malformedCAR")
    /// A CAR file that ends within a section or the header.
    public static let truncatedCAR = Code(rawValue: "truncatedCAR")
    /// A record, section or commit that is larger than the limits allow.
    public static let tooLarge = Code(rawValue: "tooLarge")

    // Commits
    /// A commit object that does not follow the Repository specification.
    public static let invalidCommit = Code(rawValue: "invalidCommit")
    /// The signature of the commit was not made with the signing key.
    public static let badSignature = Code(rawValue: "badSignature")
    /// A commit of another account, or a proof of something other than expected.
    public static let fieldMismatch = Code(rawValue: "fieldMismatch")
    /// A `rev` that is not greater than the previous one.
    public static let revNotNewer = Code(rawValue: "revNotNewer")
    /// A path that is not an NSID, a slash and a record key.
    public static let invalidPath = Code(rawValue: "invalidPath")
    /// A create of a record that exists.
    public static let recordExists = Code(rawValue: "recordExists")
    /// An update or delete of a record that does not exist.
    public static let recordMissing = Code(rawValue: "recordMissing")
    /// Two writes to one path in one commit.
    public static let repeatedPath = Code(rawValue: "repeatedPath")
  }

  /// The kind of error.
  public var code: Code
  /// The error in words.
  public var reason: String
  /// The offset in the CAR file, in bytes, or nil for other errors.
  public var offset: Int?

  /// Creates an error.
  public init(_ code: Code, _ reason: String, offset: Int? = nil) {
    self.code = code
    self.reason = reason
    self.offset = offset
  }

  static func missing(_ cid: CID) -> RepoError {
    RepoError(.missingBlock, "block \(cid) is missing")
  }
}

extension RepoError {
  /// The reason, with the offset if there is one.
  public var description: String {
    offset.map { "\(reason) (at byte \($0))" } ?? reason
  }
}
