/// JSON split into the source text of its members or elements, which is not parsed.
///
/// A request may contain JSON that no reader accepts: `NaN`, numbers with fractions, repeated keys,
/// a hundred thousand brackets. Since the answer must still name the request, the envelope is first
/// split at its commas, with a count of brackets instead of a stack. Each operation then passes its
/// members to the reader that it tests.
struct RawJSON {
  private let bytes: ArraySlice<UInt8>
  private var index: Int

  private init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    index = bytes.startIndex
  }

  /// The members of an object in order, keys with their quotes, and whether the object is complete.
  static func members(
    of bytes: ArraySlice<UInt8>,
    atMost limit: Int
  ) -> (members: [(key: ArraySlice<UInt8>, value: ArraySlice<UInt8>)], isWhole: Bool) {
    var reader = RawJSON(bytes)
    var members: [(ArraySlice<UInt8>, ArraySlice<UInt8>)] = []
    guard reader.take("{") else { return ([], false) }
    if reader.take("}") { return ([], reader.isAtEnd) }
    repeat {
      guard members.count < limit, let key = reader.item(), reader.take(":"),
        let value = reader.item()
      else { return (members, false) }
      members.append((key, value))
    } while reader.take(",")
    return (members, reader.take("}") && reader.isAtEnd)
  }

  /// The elements of an array, or nil for anything else or more than `limit` elements.
  static func elements(of bytes: ArraySlice<UInt8>, atMost limit: Int) -> [ArraySlice<UInt8>]? {
    var reader = RawJSON(bytes)
    var elements: [ArraySlice<UInt8>] = []
    guard reader.take("[") else { return nil }
    if reader.take("]") { return reader.isAtEnd ? [] : nil }
    repeat {
      guard elements.count < limit, let element = reader.item() else { return nil }
      elements.append(element)
    } while reader.take(",")
    return reader.take("]") && reader.isAtEnd ? elements : nil
  }

  private mutating func skipSpace() {
    while index < bytes.endIndex, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[index]) { index += 1 }
  }

  private var isAtEnd: Bool {
    mutating get {
      skipSpace()
      return index == bytes.endIndex
    }
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard index < bytes.endIndex, bytes[index] == UInt8(ascii: character) else { return false }
    index += 1
    return true
  }

  /// A string, a bracketed value, or the bytes up to the next comma, colon or bracket.
  private mutating func item() -> ArraySlice<UInt8>? {
    skipSpace()
    let start = index
    var depth = 0
    while index < bytes.endIndex {
      switch bytes[index] {
      case UInt8(ascii: "\""):
        guard skipString() else { return nil }
        if depth == 0 { return bytes[start..<index] }
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        depth += 1
        index += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        if depth == 0 { return start < index ? bytes[start..<index] : nil }
        depth -= 1
        index += 1
        if depth == 0 { return bytes[start..<index] }
      case UInt8(ascii: ","), UInt8(ascii: ":"), 0x20, 0x09, 0x0A, 0x0D:
        if depth == 0 { return start < index ? bytes[start..<index] : nil }
        index += 1
      default: index += 1
      }
    }
    return nil
  }

  private mutating func skipString() -> Bool {
    index += 1
    while index < bytes.endIndex {
      switch bytes[index] {
      case UInt8(ascii: "\""):
        index += 1
        return true
      case UInt8(ascii: "\\"): index = min(index + 2, bytes.endIndex)
      default: index += 1
      }
    }
    return false
  }
}
