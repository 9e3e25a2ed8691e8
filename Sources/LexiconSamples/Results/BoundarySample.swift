public import ATProtoData

/// A valid value at an edge of its schema.
public struct BoundarySample: Hashable, Sendable {
  /// The value.
  public var value: DataValue
  /// The path to the edge: `reply.root.uri`, `facets[0].index`; empty for the whole value.
  public var path: String
  /// The edge: a constraint of the Lexicon language (`maxLength`), or a description (`absent`, `null`,
  /// `unknown field`, `unknown member`, `legacy blob`, …).
  public var edge: String

  /// Creates a sample.
  public init(value: DataValue, path: String, edge: String) {
    self.value = value
    self.path = path
    self.edge = edge
  }
}
