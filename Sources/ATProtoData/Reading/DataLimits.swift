/// What a reader accepts at most. Checked before memory is taken.
///
/// The defaults follow the network's guide "Data Validation" (recommended data limits); it names
/// 32 levels for records, while views of conversations nest one level for each post, so the
/// default depth is larger. Apart from the depth, readers stop before the thread's stack is used
/// up.
public struct DataLimits: Hashable, Sendable {
  /// Bytes of one document.
  public var inputSize: Int
  /// Levels of objects and arrays.
  public var depth: Int
  /// Elements of one array, fields of one object.
  public var elements: Int
  /// UTF-8 bytes of one string, or bytes of one byte string.
  public var stringLength: Int
  /// UTF-8 bytes of one key.
  public var keyLength: Int

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

  /// For messages and frames.
  @inlinable public static var `default`: DataLimits { DataLimits() }

  /// For one record in DAG-CBOR: 1 MiB, 32 levels.
  public static let record = DataLimits(
    inputSize: 1 << 20,
    depth: 32,
    stringLength: 1 << 20
  )

  /// For the canonical form of input that was within the limits: repaired text is longer.
  @usableFromInline var ofCanonicalForm: DataLimits {
    DataLimits(
      inputSize: .max,
      depth: depth,
      elements: elements,
      stringLength: .max,
      keyLength: .max
    )
  }

  /// For data that this process made itself.
  static let unlimited = DataLimits(
    inputSize: .max,
    depth: .max,
    elements: .max,
    stringLength: .max,
    keyLength: .max
  )

  /// What must hold before a document is read.
  @usableFromInline
  func checkSize(of document: RawSpan) throws(DataError) {
    if document.byteCount > inputSize {
      throw DataError(.inputSize, at: 0, "more than \(inputSize) bytes")
    }
  }
}
