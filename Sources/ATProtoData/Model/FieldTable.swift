/// The keys of an object type, in the order of DAG-CBOR.
///
/// A reader and a writer refer to a key by its index in the table. DRISL: "Map keys MUST be sorted
/// by length first, then bytewise lexicographically". A table belongs to a type and is stored in a
/// `static let`. The compiler initializes it at build time, so no code runs before its first use,
/// which builds the rest.
public struct FieldTable: ~Copyable, Sendable {
  @usableFromInline let table: NameTable

  /// Creates a table.
  ///
  /// - Parameter keys: the keys in the order of DAG-CBOR, each once, separated by spaces.
  @inlinable
  public init(_ keys: StaticString = "", separator: Unicode.Scalar = " ") {
    table = NameTable(keys, separator, isSorted: true)
  }

  var keys: KeyTable {
    @inline(__always) get { table.keys }
  }
}

/// The `$type` values of a union's members: `app.bsky.embed.images`, `app.bsky.feed.post#replyRef`.
///
/// A union refers to a member by its index in the table. Like a ``FieldTable``, it is stored in a
/// `static let`.
public struct MemberTable: ~Copyable, Sendable {
  @usableFromInline let table: NameTable

  /// Creates a table.
  ///
  /// - Parameter types: the types, separated by spaces.
  @inlinable
  public init(_ types: StaticString = "") {
    table = NameTable(types, " ", isSorted: false)
  }

  var types: KeyTable {
    @inline(__always) get { table.keys }
  }
}
