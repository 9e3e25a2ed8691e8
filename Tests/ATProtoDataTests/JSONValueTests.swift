import Testing

@testable import ATProtoData

@Suite struct JSONValueTests {
  @Test(
    "JSON of any shape is read",
    arguments: [
      ("null", .null), (" true ", .boolean(true)), ("false", .boolean(false)),
      (#""a\u00e9""#, .string("aé")), ("[]", .array([])), ("{}", .object([:])),
      (#"{"a":[1,{"b":null}]}"#, .object(["a": .array([.integer(1), .object(["b": .null])])])),
      (
        #"{"$link":1,"$bytes":[],"$type":null}"#,
        .object(["$link": .integer(1), "$bytes": .array([]), "$type": .null])
      ),
      ("15", .integer(15)), ("15.0", .integer(15)), ("1.5e1", .integer(15)), ("-0", .integer(0)),
      ("1.5", .fraction(1.5)), ("-2.5E-3", .fraction(-0.0025)),
      ("9223372036854775808", .fraction(9_223_372_036_854_775_808)),
      ("1e400", .fraction(.infinity)),
    ] as [(String, JSONValue)]
  )
  func read(json: String, expected: JSONValue) throws {
    #expect(try JSONValue(json: [UInt8](json.utf8), limits: .default) == expected)
  }

  @Test(
    "text that is not JSON, or that repeats a key, is rejected",
    arguments: [
      ("", .truncated), ("[1,]", .syntax), ("{\"a\"}", .syntax), ("01", .syntax),
      ("1.", .syntax),
      ("1.e1", .syntax), ("1e", .truncated), ("-", .syntax), ("NaN", .syntax), ("nul", .syntax),
      ("1 2", .trailingBytes), (#"{"a":1,"a":2}"#, .repeatedKey),
      (#"{"x":{"a":1,"\u0061":2}}"#, .repeatedKey), ("\"\u{1}\"", .controlCharacter),
      (#""\ud800""#, .surrogate),
    ] as [(String, DataError.Code)]
  )
  func rejected(json: String, code: DataError.Code) {
    #expect(throws: DataError(code: code, offset: 0, reason: "")) {
      try JSONValue(json: [UInt8](json.utf8), limits: .default)
    }
  }

  @Test("depth and size are limited")
  func limits() {
    let limits = DataLimits(inputSize: 40, depth: 3)
    #expect(throws: Never.self) { try JSONValue(json: [UInt8]("[[{}]]".utf8), limits: limits) }
    #expect(throws: DataError(code: .depth, offset: 0, reason: "")) {
      try JSONValue(json: [UInt8]("[[[{}]]]".utf8), limits: limits)
    }
    #expect(throws: DataError(code: .inputSize, offset: 0, reason: "")) {
      try JSONValue(json: [UInt8](repeating: 0x20, count: 41), limits: limits)
    }
  }
}
