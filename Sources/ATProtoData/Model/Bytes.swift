import ATProtoSyntax

/// A byte string; in JSON `{"$bytes": …}` with base64.
public struct Bytes: Hashable, Sendable {
  public var array: [UInt8]

  public init(_ array: [UInt8]) {
    self.array = array
  }

  /// Reads base64 after RFC 4648, section 4; padding is optional.
  package init?(base64 text: String) {
    guard let array = Base64.dataModel.decode(text) else { return nil }
    self.array = array
  }

  public var count: Int { array.count }
}

extension Bytes: LexiconValue {
  public init(from reader: inout DataReader) throws(DataError) {
    self = try reader.bytes()
  }

  public func encode(to writer: inout DataWriter) {
    writer.bytes(self)
  }
}

extension Bytes: ExpressibleByArrayLiteral {
  public init(arrayLiteral elements: UInt8...) {
    array = elements
  }
}
