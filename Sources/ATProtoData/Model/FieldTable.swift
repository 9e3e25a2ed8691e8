/// The keys of an object type, in the order in which DAG-CBOR sorts them.
///
/// A reader and a writer speak of a key by its index here. DRISL: "Map keys MUST be sorted by
/// length first, then bytewise lexicographically". A table is made for a type and kept in a
/// `static let`: what it takes to write one down is known to the compiler, so that no code has to
/// run, or be asked for, before it is used; its first use builds the rest.
public struct FieldTable: ~Copyable, Sendable {
  @usableFromInline let table: NameTable

  /// - Parameter keys: none twice, in the order of DAG-CBOR, with the separator between them.
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
/// A union speaks of a member by its index here. Like a ``FieldTable``, it is kept in a
/// `static let`.
public struct MemberTable: ~Copyable, Sendable {
  @usableFromInline let table: NameTable

  /// - Parameter types: with spaces between them.
  @inlinable
  public init(_ types: StaticString = "") {
    table = NameTable(types, " ", isSorted: false)
  }

  var types: KeyTable {
    @inline(__always) get { table.keys }
  }
}
