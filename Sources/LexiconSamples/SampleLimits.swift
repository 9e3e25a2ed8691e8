/// How large samples may grow, and how many there may be. A schema is untrusted: it may ask for a
/// megabyte of text, for a million elements, or for itself.
public struct SampleLimits: Hashable, Sendable {
  /// Levels of objects and arrays, unless the definition cannot have a value with so few.
  public var depth: Int
  /// About how many values one random sample has. When they are used up, what is optional is left
  /// out.
  public var values: Int
  /// Bytes of the longest text or byte string. A boundary beyond it has no sample.
  public var length: Int
  /// Elements of the longest array. A boundary beyond it has no sample.
  public var elements: Int
  /// How many references to objects are followed, one after another, in the search for
  /// boundaries and violations: 0 stays with what the definition itself says.
  public var references: Int
  /// How many samples one call gives at most.
  public var samples: Int

  public init(
    depth: Int = 8,
    values: Int = 200,
    length: Int = 16 << 10,
    elements: Int = 256,
    references: Int = 1,
    samples: Int = 5_000
  ) {
    self.depth = depth
    self.values = values
    self.length = length
    self.elements = elements
    self.references = references
    self.samples = samples
  }
}
