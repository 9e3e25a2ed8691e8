import ATProtoData

/// Reads an object with a fixed set of fields. Missing and additional fields are errors, because an
/// unknown field would be signed too.
struct PLCFields {
  private let object: DataObject
  private let name: String

  init(_ value: DataValue, _ keys: Set<String>, of name: String) throws(PLCError) {
    guard let object = value.object else { throw PLCError(.malformed, "\(name) is not an object") }
    guard Set(object.keys) == keys else {
      let expected = keys.sorted().joined(separator: ", ")
      throw PLCError(.malformed, "\(name) must have exactly the fields \(expected)")
    }
    self.object = object
    self.name = name
  }

  func string(_ key: String) throws(PLCError) -> String {
    try string(object[key], key)
  }

  func strings(_ key: String) throws(PLCError) -> [String] {
    guard let array = object[key]?.array else {
      throw PLCError(.malformed, "\(name): \(key) is not an array of strings")
    }
    var strings: [String] = []
    for value in array { strings.append(try string(value, key)) }
    return strings
  }

  func map<Value>(
    _ key: String,
    _ read: (DataValue) throws(PLCError) -> Value
  ) throws(PLCError) -> [String: Value] {
    guard let entries = object[key]?.object else {
      throw PLCError(.malformed, "\(name): \(key) is not an object")
    }
    var map: [String: Value] = [:]
    for (id, value) in entries { map[id] = try read(value) }
    return map
  }

  func string(_ value: DataValue?, _ key: String) throws(PLCError) -> String {
    guard let text = value?.string else {
      throw PLCError(.malformed, "\(name): \(key) is not a string")
    }
    return text
  }

  /// Reads `prev`: null, or the text of a DAG-CBOR CID.
  func prev() throws(PLCError) -> CID? {
    if object["prev"] == .null { return nil }
    let text = try string("prev")
    guard let cid = try? CID(text), cid.isBlessed, cid.codec == .dagCBOR else {
      throw PLCError(.malformed, "\(name): prev is not the CID of an operation")
    }
    return cid
  }
}
