public import ATProtoSyntax

/// A position in a list, as text that clients pass back.
///
/// The text has a hash of what was listed (`scope`: method, collection, conditions, order, …), so that
/// a cursor of another list is refused. It is not signed: a made-up position is harmless, it only has
/// to be well formed.
public struct PageCursor: Hashable, Sendable {
  /// The parts of the position, such as a sort value and a URI.
  public var parts: [IndexValue?]

  /// Creates a cursor.
  public init(_ parts: [IndexValue?]) {
    self.parts = parts
  }

  /// Parses text. Throws ``IndexQueryError/Code/invalidCursor`` if it is malformed or belongs to
  /// another scope.
  public init(_ text: String, scope: String) throws(IndexQueryError) {
    throw IndexQueryError(.invalidCursor, text)
  }

  /// The text for a scope, at most 4,096 bytes.
  public func text(scope: String) -> String { "" }
}
