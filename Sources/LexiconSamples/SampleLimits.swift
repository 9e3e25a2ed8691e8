/// Limits for the size and number of samples. A schema is untrusted: it may require a megabyte of
/// text, a million elements, or a value that contains itself.
public struct SampleLimits: Hashable, Sendable {
  /// The maximum nesting of objects and arrays. It may be exceeded for a definition that requires
  /// more nesting.
  public var depth: Int
  /// The approximate number of values in one random sample, after which optional fields are omitted.
  public var values: Int
  /// The maximum length of a string or byte string, in bytes. A boundary beyond it has no sample.
  public var length: Int
  /// The maximum number of elements in an array. A boundary beyond it has no sample.
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
