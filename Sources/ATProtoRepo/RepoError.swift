import ATProtoData
public import ATProtoSyntax

/// Why a block, tree, commit or CAR file was refused. Two errors are equal when their codes are.
public struct RepoError: CodedError {
  public struct Code: RawRepresentable, Hashable, Sendable {
    public var rawValue: String

    public init(rawValue: String) {
      self.rawValue = rawValue
    }

    // Blocks
    /// The store, or the CAR file, lacks a block that is needed.
    public static let missingBlock = Code(rawValue: "missingBlock")
    /// The bytes do not have the hash that the CID names.
    public static let wrongHash = Code(rawValue: "wrongHash")
    /// Not DAG-CBOR in the form that this kind of block has.
    public static let malformedBlock = Code(rawValue: "malformedBlock")

    // Trees
    /// An empty key, or one that is too long.
    public static let invalidKey = Code(rawValue: "invalidKey")
    /// Keys that are not ascending, in a node or between a node and its subtree.
    public static let keyOrder = Code(rawValue: "keyOrder")
    /// A prefix that is not exactly what a key shares with the one before.
    public static let keyPrefix = Code(rawValue: "keyPrefix")
    /// A key at another height than its hash puts it.
    public static let keyHeight = Code(rawValue: "keyHeight")
    /// A node that the canonical form of a tree does not have.
    public static let superfluousNode = Code(rawValue: "superfluousNode")
    /// A link to a node or a tree that is not in the blessed form.
    public static let foreignLink = Code(rawValue: "foreignLink")
    public static let tooManyEntries = Code(rawValue: "tooManyEntries")
    /// A tree that is higher than any that came about by chance.
    public static let tooHigh = Code(rawValue: "tooHigh")
    /// An operation that says something else than the tree.
    public static let operationMismatch = Code(rawValue: "operationMismatch")

    // CAR files
    public static let malformedCAR = Code(rawValue: "malformedCAR")
    public static let truncatedCAR = Code(rawValue: "truncatedCAR")
    public static let tooLarge = Code(rawValue: "tooLarge")

    // Commits
    public static let invalidCommit = Code(rawValue: "invalidCommit")
    public static let badSignature = Code(rawValue: "badSignature")
    /// A commit of another account, or a proof of something else, than is expected.
    public static let fieldMismatch = Code(rawValue: "fieldMismatch")
    /// A `rev` that is not greater than the one before.
    public static let revNotNewer = Code(rawValue: "revNotNewer")
    public static let invalidPath = Code(rawValue: "invalidPath")
    /// Creating a record that is there.
    public static let recordExists = Code(rawValue: "recordExists")
    /// Updating or deleting a record that is not there.
    public static let recordMissing = Code(rawValue: "recordMissing")
    /// Two writes to one path in one commit.
    public static let repeatedPath = Code(rawValue: "repeatedPath")
  }

  public var code: Code
  public var reason: String
  /// Where in a CAR file, in bytes from its start.
  public var offset: Int?

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
  public var description: String {
    offset.map { "\(reason) (at byte \($0))" } ?? reason
  }
}
