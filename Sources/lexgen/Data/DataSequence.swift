import ATProtoData

/// The values in a file, one after another: JSON values separated by white space, such as JSON lines,
/// or DAG-CBOR items without separators. `lexgen sample` writes both.
///
/// There is at least one element, because an empty file is an error. The elements are read one at a
/// time: a file may have millions.
struct DataSequence: Sequence, IteratorProtocol {
  struct Element {
    /// The offset of the value in the file.
    var start: Int
    /// The bytes of the value, or of the rest of the file if the value cannot be read.
    var bytes: ArraySlice<UInt8>
    var value: Result<DataValue, DataError>
  }

  private let bytes: [UInt8]
  private let format: DataFormat
  private var position = 0
  private var isFirst = true

  init(_ bytes: [UInt8], format: DataFormat) {
    self.bytes = bytes
    self.format = format
  }

  mutating func next() -> Element? {
    if format == .json { position = startOfJSON(from: position) }
    guard position < bytes.count || isFirst else { return nil }
    isFirst = false
    let element = format == .json ? nextJSON() : nextCBOR()
    position = element.bytes.endIndex
    return element
  }

  private func nextJSON() -> Element {
    let slice = bytes[position..<endOfJSON(from: position)]
    let value = Result { () throws(DataError) in try DataValue(json: Array(slice)) }
    return Element(start: position, bytes: slice, value: value)
  }

  private func nextCBOR() -> Element {
    let start = position
    var consumed = 0
    let value = Result { () throws(DataError) in
      try DataValue(
        cborPrefix: bytes.span.extracting(start..<bytes.count).bytes,
        consumed: &consumed
      )
    }
    let end = if case .success = value { start + consumed } else { bytes.count }
    return Element(start: start, bytes: bytes[start..<end], value: value)
  }

  private static func isWhiteSpace(_ byte: UInt8) -> Bool {
    [0x20, 0x09, 0x0A, 0x0D].contains(byte)
  }

  private func startOfJSON(from start: Int) -> Int {
    bytes[start...].firstIndex { !Self.isWhiteSpace($0) } ?? bytes.count
  }

  /// The end of a value: white space outside strings, objects, and arrays.
  private func endOfJSON(from start: Int) -> Int {
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
      case let byte where depth <= 0 && Self.isWhiteSpace(byte): return position
      default: break
      }
      position += 1
    }
    return bytes.count
  }
}
