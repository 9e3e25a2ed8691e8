public import ATProtoData

/// A valid value at the edge of what its schema allows.
public struct BoundarySample: Hashable, Sendable {
  public var value: DataValue
  /// Where the edge is: `reply.root.uri`, `facets[0].index`; empty at the top.
  public var path: String
  /// Which edge: a rule of the Lexicon language (`maxLength`), or in words (`absent`, `null`,
  /// `unknown field`, `unknown member`, `legacy blob`, …).
  public var edge: String

  public init(value: DataValue, path: String, edge: String) {
    self.value = value
    self.path = path
    self.edge = edge
  }
}
