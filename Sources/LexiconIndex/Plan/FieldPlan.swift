/// A field of a collection's records that the index keeps.
public struct FieldPlan: Hashable, Sendable {
  /// What is kept of a field.
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    case boolean
    case integer
    /// A string with format `datetime`.
    case datetime
    /// Any other string, a `cid-link`, or a `bytes` in none.
    case string
    /// Objects, unions, blobs, and arrays: only whether there is one.
    case presence
  }

  /// The field's position in ``CollectionPlan/fields``.
  public var number: Int
  /// The path with every union step spelled out: `embed[app.bsky.embed.images#main].images[].alt`.
  public var path: String
  /// What is kept.
  public var kind: Kind
  /// Whether the field is inside an array, so that a record may have several values.
  public var repeats: Bool
  /// Whether the words of the field are searched: a string without format, `enum`, `const`, and
  /// `knownValues`.
  public var isSearched: Bool

  /// Creates a plan.
  public init(number: Int, path: String, kind: Kind, repeats: Bool, isSearched: Bool = false) {
    self.number = number
    self.path = path
    self.kind = kind
    self.repeats = repeats
    self.isSearched = isSearched
  }
}
