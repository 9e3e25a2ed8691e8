/// The limits of a reader, checked before memory is allocated.
///
/// The defaults follow the network's guide "Data Validation" (recommended data limits). It
/// recommends 32 levels for records, but views of threads nest one level for each post, so the
/// default depth is larger. Regardless of the depth, readers stop before the thread's stack is
/// exhausted.
public struct DataLimits: Hashable, Sendable {
  /// The largest document, in bytes.
  public var inputSize: Int
  /// The deepest nesting of objects and arrays.
  public var depth: Int
  /// The most elements of an array, or fields of an object.
  public var elements: Int
  /// The longest string, in bytes of UTF-8, or byte string, in bytes.
  public var stringLength: Int
  /// The longest key, in bytes of UTF-8.
  public var keyLength: Int

  /// Creates limits; omitted limits have their defaults.
  @inlinable
  public init(
    inputSize: Int = 5 << 20,
    depth: Int = 256,
    elements: Int = 128 << 10,
    stringLength: Int = 5 << 20,
    keyLength: Int = 8 << 10
  ) {
    self.inputSize = inputSize
    self.depth = depth
    self.elements = elements
    self.stringLength = stringLength
    self.keyLength = keyLength
  }

  /// Limits for messages and frames.
  @inlinable public static var `default`: DataLimits { DataLimits() }

  /// Limits for a record in DAG-CBOR: 1 MiB, 32 levels.
  public static let record = DataLimits(
    inputSize: 1 << 20,
    depth: 32,
    stringLength: 1 << 20
  )

  /// For the canonical form of input that was within the limits: repaired strings are longer.
  @usableFromInline var ofCanonicalForm: DataLimits {
    DataLimits(
      inputSize: .max,
      depth: depth,
      elements: elements,
      stringLength: .max,
      keyLength: .max
    )
  }

  /// For data that this process created.
  static let unlimited = DataLimits(
    inputSize: .max,
    depth: .max,
    elements: .max,
    stringLength: .max,
    keyLength: .max
  )

  /// Checks the requirements for a document before it is read.
  @usableFromInline
  func checkSize(of document: RawSpan) throws(DataError) {
    if document.byteCount > inputSize {
      throw DataError(.inputSize, at: 0, "more than \(inputSize) bytes")
    }
  }
}
