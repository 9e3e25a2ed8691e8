/// Features of the Lexicon language that proposals describe, but the specification does not contain
/// yet. They may change.
public struct LexiconFeatures: OptionSet, Hashable, Sendable {
  /// The options as bits.
  public let rawValue: UInt8

  /// Creates options from their bits.
  public init(rawValue: UInt8) {
    self.rawValue = rawValue
  }

  /// Permissioned spaces (proposal 0016): the type `space`, the string format `space-ref`, and the
  /// permission resource `space`.
  public static let spaces = LexiconFeatures(rawValue: 1 << 0)

  /// The names of the features, as users write them.
  public static let names = ["spaces"]

  /// The feature with the given name, or nil if there is none.
  public init?(name: String) {
    guard name == "spaces" else { return nil }
    self = .spaces
  }
}
