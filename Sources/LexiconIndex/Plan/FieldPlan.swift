/// A field of a collection's records that the index keeps.
public struct FieldPlan: Hashable, Sendable {
  /// What is kept of a field.
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    /// `true` or `false`.
    case boolean
    /// A 64-bit integer.
    case integer
    /// A string with format `datetime`.
    case datetime
    /// Any other string, or a `cid-link` as text.
    case string
    /// Objects, unions, blobs, arrays, bytes, and data of unknown type: only whether there is one.
    case presence
  }

  /// The field's position in ``CollectionPlan/fields``.
  public var number: Int
  /// The path with every union step spelled out: `embed[app.bsky.embed.images].images[].alt`.
  public var path: String
  /// What is kept.
  public var kind: Kind
  /// Whether the field is inside an array, so that a record may have several values.
  public var repeats: Bool
  /// Whether the words of the field are searched: a string without format, `enum`, `const`, and
  /// `knownValues`.
  public var isSearched: Bool
  /// The type in the lexicon, or the format of a string: `integer`, `union`, `at-uri`, ….
  public var type: String

  /// Creates a plan. Without a type, it is named after its kind.
  public init(
    number: Int,
    path: String,
    kind: Kind,
    repeats: Bool,
    isSearched: Bool = false,
    type: String? = nil
  ) {
    self.number = number
    self.path = path
    self.kind = kind
    self.repeats = repeats
    self.isSearched = isSearched
    self.type = type ?? kind.rawValue
  }

  /// Whether records can be ordered by the field: it is a scalar other than a boolean, and not
  /// inside an array.
  public var isSortable: Bool { !repeats && kind != .presence && kind != .boolean }
}
