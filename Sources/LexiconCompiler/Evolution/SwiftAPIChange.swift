/// The effect of a schema change on code that uses the generated Swift.
public struct SwiftAPIChange: Hashable, Sendable {
  /// The definition that the declaration is generated from: `nsid` or `nsid#definition`.
  public var origin: String
  /// The name of the affected property, value, error, or union member in the schema. Nil if the change
  /// affects the whole definition.
  public var member: String?
  /// The affected declaration: `AppBsky.Feed.Post.text`.
  public var symbol: String
  /// A sentence without a period.
  public var message: String
  /// Code that compiled before may no longer compile.
  public var isSourceBreaking: Bool
}

extension SwiftAPIChange: Comparable {
  /// By symbol, then by text.
  public static func < (lhs: SwiftAPIChange, rhs: SwiftAPIChange) -> Bool {
    (lhs.symbol, lhs.message) < (rhs.symbol, rhs.message)
  }
}
