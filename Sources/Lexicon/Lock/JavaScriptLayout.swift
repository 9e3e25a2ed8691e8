import ATProtoData
import ATProtoSyntax

/// Writes JSON as `JSON.stringify(value, null, 2)` does (ECMA-262, section 25.5.2), byte for byte,
/// so that files do not change when `lex install` and this package write them in turn.
struct JavaScriptLayout {
  private(set) var output: [UInt8] = []

  /// Writes a value with its keys in the order that JavaScript gives to a decoded record: the order
  /// of DAG-CBOR, but array indices first.
  mutating func value(_ value: DataValue, _ indentation: Int = 0) {
    switch value {
    case .null: append("null")
    case .boolean(let value): append(value ? "true" : "false")
    case .integer(let value): output += String(value).utf8
    case .string(let text): string(text)
    // Data model, "bytes" and "cid-link": objects with a single key.
    case .bytes(let bytes): form("$bytes", Base64.dataModel.encode(bytes.array), indentation)
    case .link(let cid): form("$link", cid.string, indentation)
    case .array(let elements):
      array(elements, indentation) { layout, element, inner in layout.value(element, inner) }
    case .object(let object):
      self.object(Self.ordered(object), indentation) { layout, field, inner in
        layout.value(field, inner)
      }
    }
  }

  private mutating func form(_ key: String, _ text: String, _ indentation: Int) {
    object([(key, text)], indentation) { layout, text, _ in layout.string(text) }
  }

  /// Writes an object with its members in the given order.
  mutating func object<Value>(
    _ members: [(key: String, value: Value)],
    _ indentation: Int,
    _ write: (inout Self, Value, Int) -> Void
  ) {
    guard !members.isEmpty else { return append("{}") }
    append("{")
    for (index, member) in members.enumerated() {
      append(index == 0 ? "\n" : ",\n")
      indent(indentation + 2)
      string(member.key)
      append(": ")
      write(&self, member.value, indentation + 2)
    }
    append("\n")
    indent(indentation)
    append("}")
  }

  /// Writes an array with a line for each element.
  mutating func array<Element>(
    _ elements: [Element],
    _ indentation: Int,
    _ write: (inout Self, Element, Int) -> Void
  ) {
    guard !elements.isEmpty else { return append("[]") }
    append("[")
    for (index, element) in elements.enumerated() {
      append(index == 0 ? "\n" : ",\n")
      indent(indentation + 2)
      write(&self, element, indentation + 2)
    }
    append("\n")
    indent(indentation)
    append("]")
  }

  // 25.5.2.3, QuoteJSONString
  mutating func string(_ text: String) {
    append("\"")
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""): append("\\\"")
      case UInt8(ascii: "\\"): append("\\\\")
      case 0x08: append("\\b")
      case 0x09: append("\\t")
      case 0x0A: append("\\n")
      case 0x0C: append("\\f")
      case 0x0D: append("\\r")
      case 0..<0x20:
        append(byte < 0x10 ? "\\u000" : "\\u001")
        output += String(byte & 15, radix: 16).utf8
      default: output.append(byte)
      }
    }
    append("\"")
  }

  mutating func append(_ text: StaticString) {
    text.withUTF8Buffer { output += $0 }
  }

  private mutating func indent(_ count: Int) {
    output.append(contentsOf: repeatElement(UInt8(ascii: " "), count: count))
  }

  // 10.1.11, OrdinaryOwnPropertyKeys: array indices in ascending order, then strings in the order of
  // creation.
  private static func ordered(_ object: DataObject) -> [(key: String, value: DataValue)] {
    var indices: [(index: UInt32, key: String, value: DataValue)] = []
    var fields: [(key: String, value: DataValue)] = []
    for (key, value) in object {
      if let index = arrayIndex(key) {
        indices.append((index, key, value))
      } else {
        fields.append((key, value))
      }
    }
    indices.sort { $0.index < $1.index }
    fields.sort { left, right in
      let (left, right) = (left.key.utf8, right.key.utf8)
      if left.count != right.count { return left.count < right.count }
      return left.lexicographicallyPrecedes(right)
    }
    return indices.map { (key: $0.key, value: $0.value) } + fields
  }

  /// An integer below 2^32 - 1 in its shortest decimal form.
  private static func arrayIndex(_ key: String) -> UInt32? {
    guard (1...10).contains(key.utf8.count), key.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
      key == "0" || key.utf8.first != UInt8(ascii: "0"), let index = UInt32(key), index < .max
    else { return nil }
    return index
  }
}
