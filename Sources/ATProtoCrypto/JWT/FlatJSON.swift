import ATProtoSyntax

/// JSON objects as tokens have them: strings and whole numbers at the top, and whatever else.
///
/// The data model's JSON lives a floor up and knows conventions that tokens lack; the members that
/// a token is judged by are few and flat. Other values are checked to be JSON and skipped.
/// Duplicate names, which RFC 7519, 4, lets a receiver refuse, are refused.
enum FlatJSON {
  enum Value: Hashable {
    case string(String)
    case integer(Int)
    /// Any other value: array, object, fraction, literal.
    case other
  }

  static let maximumDepth = 16

  /// The members of the one object that `bytes` are; nil where they are anything else.
  static func read(_ bytes: [UInt8]) -> [String: Value]? {
    guard String(validating: bytes, as: UTF8.self) != nil else { return nil }
    var reader = Reader(bytes: bytes)
    return reader.document()
  }

  /// Members without value are left out.
  static func write(_ members: [(name: String, value: Value?)]) -> String {
    let texts = members.compactMap { name, value -> String? in
      switch value {
      case .string(let text): "\(quote(name)):\(quote(text))"
      case .integer(let number): "\(quote(name)):\(number)"
      case .other, nil: nil
      }
    }
    return "{" + texts.joined(separator: ",") + "}"
  }

  private static func quote(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\":
        result.unicodeScalars.append("\\")
        result.unicodeScalars.append(scalar)
      case "\u{0}"..<"\u{20}":
        result += "\\u00" + Hex.encode([UInt8(scalar.value)])
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}

extension FlatJSON {
  /// RFC 8259. Every function leaves `index` after what it read, or returns nil.
  private struct Reader {
    let bytes: [UInt8]
    var index = 0

    private var next: UInt8? { index < bytes.count ? bytes[index] : nil }

    private mutating func skipSpace() {
      while let byte = next, [0x20, 0x09, 0x0a, 0x0d].contains(byte) { index += 1 }
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
      skipSpace()
      guard next == UInt8(ascii: character) else { return false }
      index += 1
      return true
    }

    mutating func document() -> [String: Value]? {
      guard let members = object(depth: 1) else { return nil }
      skipSpace()
      return index == bytes.count ? members : nil
    }

    private mutating func object(depth: Int) -> [String: Value]? {
      guard depth <= maximumDepth, take("{") else { return nil }
      var members: [String: Value] = [:]
      if take("}") { return members }
      repeat {
        skipSpace()
        guard let name = string(), take(":"), let value = value(depth: depth),
          members.updateValue(value, forKey: name) == nil
        else { return nil }
      } while take(",")
      return take("}") ? members : nil
    }

    private mutating func array(depth: Int) -> Bool {
      guard depth <= maximumDepth, take("[") else { return false }
      if take("]") { return true }
      repeat {
        guard value(depth: depth) != nil else { return false }
      } while take(",")
      return take("]")
    }

    private mutating func value(depth: Int) -> Value? {
      skipSpace()
      switch next {
      case UInt8(ascii: "\""): return string().map(Value.string)
      case UInt8(ascii: "{"): return object(depth: depth + 1).map { _ in .other }
      case UInt8(ascii: "["): return array(depth: depth + 1) ? .other : nil
      case UInt8(ascii: "t"): return literal("true")
      case UInt8(ascii: "f"): return literal("false")
      case UInt8(ascii: "n"): return literal("null")
      default: return number()
      }
    }

    private mutating func literal(_ word: StaticString) -> Value? {
      let characters = word.withUTF8Buffer { [UInt8]($0) }
      guard bytes[index...].starts(with: characters) else { return nil }
      index += characters.count
      return .other
    }

    private mutating func digits() -> Bool {
      let start = index
      while let byte = next, (0x30...0x39).contains(byte) { index += 1 }
      return index > start
    }

    private mutating func number() -> Value? {
      let start = index
      if next == UInt8(ascii: "-") { index += 1 }
      let first = next
      let integerStart = index
      guard digits() else { return nil }
      // No leading zeros.
      if first == UInt8(ascii: "0"), index > integerStart + 1 { return nil }
      let integer = Int(String(decoding: bytes[start..<index], as: UTF8.self))
      var isWhole = true
      if next == UInt8(ascii: ".") {
        isWhole = false
        index += 1
        guard digits() else { return nil }
      }
      if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
        isWhole = false
        index += 1
        if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { index += 1 }
        guard digits() else { return nil }
      }
      return isWhole ? integer.map(Value.integer) ?? .other : .other
    }

    private mutating func string() -> String? {
      guard next == UInt8(ascii: "\"") else { return nil }
      index += 1
      var text: [UInt8] = []
      while let byte = next {
        index += 1
        switch byte {
        case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
        case UInt8(ascii: "\\"):
          guard let scalar = escape() else { return nil }
          text.append(contentsOf: String(scalar).utf8)
        case 0..<0x20: return nil
        default: text.append(byte)
        }
      }
      return nil
    }

    private mutating func escape() -> Unicode.Scalar? {
      guard let byte = next else { return nil }
      index += 1
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
      case UInt8(ascii: "b"): return "\u{8}"
      case UInt8(ascii: "f"): return "\u{c}"
      case UInt8(ascii: "n"): return "\n"
      case UInt8(ascii: "r"): return "\r"
      case UInt8(ascii: "t"): return "\t"
      case UInt8(ascii: "u"): break
      default: return nil
      }
      guard let unit = hexUnit() else { return nil }
      // A high surrogate needs its low one; a lone one is no scalar.
      if (0xd800..<0xdc00).contains(unit), bytes[index...].starts(with: [0x5c, 0x75]) {
        index += 2
        guard let low = hexUnit(), (0xdc00..<0xe000).contains(low) else { return nil }
        return Unicode.Scalar(0x10000 + (unit - 0xd800) << 10 + (low - 0xdc00))
      }
      return Unicode.Scalar(unit)
    }

    private mutating func hexUnit() -> UInt32? {
      guard bytes.count - index >= 4 else { return nil }
      let digits = String(decoding: bytes[index..<index + 4], as: UTF8.self)
      guard let pair = Hex.decode(digits) else { return nil }
      index += 4
      return UInt32(pair[0]) << 8 | UInt32(pair[1])
    }
  }
}
