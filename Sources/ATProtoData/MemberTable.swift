/// The `$type` values of a union's members: `app.bsky.embed.images`, `app.bsky.feed.post#replyRef`.
///
/// A union speaks of a member by its index here. Like a ``FieldTable``, it lives as long as the
/// process.
public struct MemberTable: Sendable {
  let types: KeyTable

  public init(_ types: StaticString...) {
    self.types = KeyTable(types)
  }
}
