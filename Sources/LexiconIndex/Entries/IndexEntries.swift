public import ATProtoData

/// What is indexed of one record.
public struct IndexEntries: Hashable, Sendable {
  /// A value of a field.
  public struct FieldValue: Hashable, Sendable {
    /// The number of the field; see ``FieldPlan/number``.
    public var field: Int
    /// The value; nil if it is not compared: for a field of kind `presence`, and for a string of
    /// more than ``IndexLimits/valueBytes``.
    public var value: IndexValue?

    /// Creates a value.
    public init(field: Int, value: IndexValue?) {
      self.field = field
      self.value = value
    }
  }

  /// A link: a string anywhere in the record that is an AT-URI, a DID, or a URI with `//`.
  public struct Link: Sendable {
    /// Where it is, as Constellation writes paths but without the first `.`: names joined by `.`,
    /// `[]` for an element of an array, `[$type]` for an element that is an object with a `$type`.
    public var path: String
    /// The string.
    public var target: String

    /// Creates a link.
    public init(path: String, target: String) {
      self.path = path
      self.target = target
    }
  }

  /// The words of one value of a field.
  public struct Text: Hashable, Sendable {
    /// The number of the field.
    public var field: Int
    /// The words as they are compared; see ``SearchWords``.
    public var words: [String]

    /// Creates words.
    public init(field: Int, words: [String]) {
      self.field = field
      self.words = words
    }
  }

  /// Whether the record conforms to its lexicon; true if there is none. The values and words of
  /// other records are not indexed.
  public var isValid = true
  /// The first violation of the lexicon, for the operator.
  public var problem: String?
  /// `createdAt` in microseconds since the Unix epoch; nil if the record has none that is a datetime.
  public var createdAt: Int64?
  /// Without duplicates.
  public var values: [FieldValue] = []
  /// Without duplicates.
  public var links: [Link] = []
  /// Without duplicates.
  public var blobs: [CID] = []
  /// In the order of the record.
  public var texts: [Text] = []
  /// The number of values, links, and blobs that are not indexed, because they are beyond
  /// ``IndexLimits/entriesPerRecord``, and of texts that are not indexed as a whole.
  public var dropped = 0

  /// Creates a value without entries.
  public init() {}
}

extension IndexEntries.Link: Hashable {
  /// Whether both paths and both targets have the same bytes.
  public static func == (lhs: Self, rhs: Self) -> Bool {
    lhs.path.hasSameBytes(as: rhs.path) && lhs.target.hasSameBytes(as: rhs.target)
  }

  /// Hashes the path and the target.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(path)
    hasher.combine(target)
  }
}
