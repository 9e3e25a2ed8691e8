import ATProtoData

/// The values in a file, one after another: JSON values separated by white space, such as JSON lines,
/// or DAG-CBOR items without separators. `lexgen sample` writes both.
struct DataSequence {
  struct Element {
    /// The offset of the value in the file.
    var start: Int
    /// The bytes of the value, or of the rest of the file if the value cannot be read.
    var bytes: ArraySlice<UInt8>
    var value: Result<DataValue, DataError>
  }

  /// At least one element, because an empty file is an error.
  let elements: [Element]

  init(_ bytes: [UInt8], format: DataFormat) {
    switch format {
    case .json: elements = Self.json(bytes)
    case .cbor: elements = Self.cbor(bytes)
    }
  }

  private static func json(_ bytes: [UInt8]) -> [Element] {
    var elements: [Element] = []
    var start = skipWhiteSpace(in: bytes, from: 0)
    while start < bytes.count || elements.isEmpty {
      let slice = bytes[start..<end(ofJSONIn: bytes, from: start)]
      let value = Result { () throws(DataError) in try DataValue(json: Array(slice)) }
      elements.append(Element(start: start, bytes: slice, value: value))
      start = skipWhiteSpace(in: bytes, from: slice.endIndex)
    }
    return elements
  }

  private static func isWhiteSpace(_ byte: UInt8) -> Bool {
    [0x20, 0x09, 0x0A, 0x0D].contains(byte)
  }

  private static func skipWhiteSpace(in bytes: [UInt8], from start: Int) -> Int {
    bytes[start...].firstIndex { !isWhiteSpace($0) } ?? bytes.count
  }

  /// The end of a value: white space outside strings, objects, and arrays.
  private static func end(ofJSONIn bytes: [UInt8], from start: Int) -> Int {
    var depth = 0
    var isString = false
    var position = start
    while position < bytes.count {
      switch bytes[position] {
      case UInt8(ascii: "\\") where isString: position += 1
      case UInt8(ascii: "\""): isString.toggle()
      case _ where isString: break
      case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
      case let byte where depth <= 0 && isWhiteSpace(byte): return position
      default: break
      }
      position += 1
    }
    return bytes.count
  }

  private static func cbor(_ bytes: [UInt8]) -> [Element] {
    var elements: [Element] = []
    var start = 0
    while start < bytes.count || elements.isEmpty {
      var consumed = 0
      let value = Result { () throws(DataError) in
        try DataValue(
          cborPrefix: bytes.span.extracting(start..<bytes.count).bytes,
          consumed: &consumed
        )
      }
      let end = if case .success = value { start + consumed } else { bytes.count }
      elements.append(Element(start: start, bytes: bytes[start..<end], value: value))
      start = end
    }
    return elements
  }
}
