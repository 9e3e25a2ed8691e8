/// A constraint that a value breaks.
public struct Violation: Hashable, Sendable {
  /// The keys and indices to the value: `reply.root.uri`, `facets[0].index`; empty at the top.
  public var path: String
  /// The constraint's name in the Lexicon language: `maxLength`, `format`, `enum`, …
  public var rule: String
  public var message: String

  public init(path: String, rule: String, message: String) {
    self.path = path
    self.rule = rule
    self.message = message
  }
}

extension Violation: CustomStringConvertible {
  public var description: String {
    "\(path.isEmpty ? "value" : path): \(message) (\(rule))"
  }
}
