/// What a change of schemas means for code that uses the generated types.
public struct SwiftAPIChange: Hashable, Sendable {
  /// The definition that the declaration is made from: `nsid` or `nsid#definition`.
  public var origin: String
  /// What in the definition it is about, as the schema names it: a property, a value, an error or
  /// a member of a union. Nil where it is about the whole.
  public var member: String?
  /// The declaration: `AppBsky.Feed.Post.text`.
  public var symbol: String
  /// A sentence without its full stop.
  public var message: String
  /// Code that compiled before may not.
  public var isSourceBreaking: Bool
}

extension SwiftAPIChange: Comparable {
  /// By symbol, then by text.
  public static func < (lhs: SwiftAPIChange, rhs: SwiftAPIChange) -> Bool {
    (lhs.symbol, lhs.message) < (rhs.symbol, rhs.message)
  }
}
