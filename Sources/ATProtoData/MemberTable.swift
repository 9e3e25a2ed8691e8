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
