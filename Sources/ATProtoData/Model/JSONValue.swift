/// JSON outside the data model: tokens, keys and metadata of other specifications.
///
/// Read within limits by the same reader as data. Unlike in data, numbers may have fractions, and
/// `$link` and `$bytes` are ordinary keys. A repeated key is an error, as in data.
package enum JSONValue: Hashable, Sendable {
  case null
  case boolean(Bool)
  /// A 64-bit integer in any notation: `15`, `15.0`, `1.5e1`.
  case integer(Int)
  /// Any other number, as the nearest double; infinite if it is out of range.
  case fraction(Double)
  case string(String)
  case array([JSONValue])
  case object([String: JSONValue])

  /// Reads a complete JSON document in UTF-8.
  package init(json: [UInt8], limits: DataLimits) throws(DataError) {
    let input = json.span.raw
    try limits.checkSize(of: input)
    var reader = DataReader(input, isJSON: true, limits: limits, rules: .strict)
    do throws(DataError) {
      self = try reader.plainJSON()
      try reader.finish()
    } catch {
      throw error.located(in: input, isJSON: true)
    }
  }

  /// A member of an object; nil for other values.
  package subscript(name: String) -> JSONValue? {
    if case .object(let members) = self { members[name] } else { nil }
  }

  /// The text of a string; nil for other values.
  package var string: String? {
    if case .string(let text) = self { text } else { nil }
  }
}

extension DataReader {
  fileprivate mutating func plainJSON() throws(DataError) -> JSONValue {
    switch try peekToken() {
    case UInt8(ascii: "\""): return .string(try jsonText())
    case UInt8(ascii: "{"): return .object(try plainObject())
    case UInt8(ascii: "["):
      var cursor = try beginJSONArray()
      var elements: [JSONValue] = []
      while try nextJSONElement(&cursor) { elements.append(try plainJSON()) }
      return .array(elements)
    case UInt8(ascii: "t"), UInt8(ascii: "f"): return .boolean(try jsonBoolean())
    case UInt8(ascii: "n"):
      guard try jsonNull() else { throw jsonMismatch("a value") }
      return .null
    default: return try plainNumber()
    }
  }

  private mutating func plainObject() throws(DataError) -> [String: JSONValue] {
    _ = try enterJSONObject()
    var members: [String: JSONValue] = [:]
    var count = 0
    while try nextJSONKey(&count) {
      let start = offset
      let key = try jsonKey()
      try expect(UInt8(ascii: ":"))
      let value = try plainJSON()
      if members.updateValue(value, forKey: key) != nil { throw repeated(key, start) }
    }
    return members
  }

  private mutating func plainNumber() throws(DataError) -> JSONValue {
    let start = offset
    do throws(DataError) {
      return .integer(try jsonInteger())
    } catch {
      // The number has been read completely, and its grammar has been checked.
      guard error.code == .float || error.code == .integerRange,
        let text = input.text(start, offset), let number = Double(text)
      else { throw error }
      return .fraction(number)
    }
  }
}
