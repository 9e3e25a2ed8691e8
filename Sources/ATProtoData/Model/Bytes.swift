import ATProtoSyntax

/// A byte string; in JSON, `{"$bytes": …}` with base64.
public struct Bytes: Hashable, Sendable {
  /// The bytes.
  public var array: [UInt8]

  /// Creates a byte string.
  public init(_ array: [UInt8]) {
    self.array = array
  }

  /// Reads base64 (RFC 4648, section 4) with or without padding. Returns nil if the text is not
  /// base64.
  package init?(base64 text: String) {
    guard let array = Base64.dataModel.decode(text) else { return nil }
    self.array = array
  }

  /// The number of bytes.
  public var count: Int { array.count }
}

extension Bytes: LexiconValue {
  /// Reads the value at the reader's position. Its constraints are not checked.
  public init(from reader: inout DataReader) throws(DataError) {
    self = try reader.bytes()
  }

  /// Writes the value.
  public func encode(to writer: inout DataWriter) {
    writer.bytes(self)
  }
}

extension Bytes: ExpressibleByArrayLiteral {
  /// Creates a byte string from bytes.
  public init(arrayLiteral elements: UInt8...) {
    array = elements
  }
}
