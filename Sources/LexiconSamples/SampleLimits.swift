/// Limits of the size and number of samples. A schema is untrusted: it may require a megabyte of text,
/// a million elements, or a value that contains itself.
public struct SampleLimits: Hashable, Sendable {
  /// The levels of objects and arrays. A definition without a value that flat may exceed it.
  public var depth: Int
  /// The approximate number of values in one random sample, after which optional fields are omitted.
  public var values: Int
  /// The bytes of the longest text or byte string. A boundary beyond it has no sample.
  public var length: Int
  /// The elements of the longest array. A boundary beyond it has no sample.
  public var elements: Int
  /// The depth to which references to objects are followed in the search for boundaries and
  /// violations; 0 for the constraints of the definition itself.
  public var references: Int
  /// The maximum number of samples per call.
  public var samples: Int

  /// Creates limits.
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
