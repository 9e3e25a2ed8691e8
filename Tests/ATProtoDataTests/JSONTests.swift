import ATProtoData
import Testing

@Suite struct JSONTests {
  /// JSON text, and how its value is written.
  static let valid: [(String, String)] = [
    (" \t\r\n{ \"a\" : [ 1 , 2 ] } \n", #"{"a":[1,2]}"#),
    ("0", "0"), ("-0", "0"), ("-0.0", "0"), ("123.0", "123"), ("1e3", "1000"), ("1E+3", "1000"),
    ("1.5e1", "15"), ("120e-1", "12"), ("0e999999999999999999999", "0"), ("0.000", "0"),
    ("1.0e0", "1"), ("100e-2", "1"), ("-12.50e1", "-125"),
    ("9223372036854775807", "9223372036854775807"),
    ("-9223372036854775808", "-9223372036854775808"),
    ("9223372036854775807.0", "9223372036854775807"),
    ("922337203685477580.7e1", "9223372036854775807"),
    ("9007199254740993", "9007199254740993"),
    (#""\u0041\n\t\"\\\/\b\f\r""#, #""A\n\t\"\\/\b\f\r""#),
    (#""\ud83d\ude00\u00fc""#, "\"😀ü\""), (#""\u0000\u001f\u007f""#, "\"\\u0000\\u001f\u{7f}\""),
    ("\"\u{2028}é\u{10FFFF}\"", "\"\u{2028}é\u{10FFFF}\""),
    (#"{"\u0061":1}"#, #"{"a":1}"#),
    (#"{"bb":1,"a":2,"c":null}"#, #"{"a":2,"c":null,"bb":1}"#),
    (#"{"$bytes":"nFE="}"#, #"{"$bytes":"nFE"}"#), (#"{"$bytes":"nA=="}"#, #"{"$bytes":"nA"}"#),
    (#"{"\u0024bytes":"nA"}"#, #"{"$bytes":"nA"}"#),
    ("[true,false,null]", "[true,false,null]"), ("[]", "[]"), ("{}", "{}"),
  ]

  @Test("JSON in any spelling is read", arguments: valid)
  func accepted(_ text: String, _ written: String) throws {
    let value = try DataValue(json: text)
    #expect(value.jsonString() == written)
    #expect(try DataValue(json: written) == value)
    #expect(try DataValue(cbor: value.cborBytes()) == value)
  }

  static let invalid: [(String, DataError.Code, Int)] = [
    ("", .truncated, 0), ("  ", .truncated, 2), ("1 2", .trailingBytes, 2),
    ("{}x", .trailingBytes, 2),
    // Syntax.
    ("[1,]", .syntax, 3), ("[,1]", .syntax, 1), ("[1 2]", .syntax, 3), ("{\"a\"}", .syntax, 4),
    ("{\"a\":1,}", .syntax, 7), ("{,}", .syntax, 1), ("{a:1}", .syntax, 1),
    ("{\"a\":}", .syntax, 5),
    ("'a'", .syntax, 0), ("nul", .syntax, 0), ("True", .syntax, 0), ("NaN", .syntax, 0),
    ("Infinity", .syntax, 0), ("-Infinity", .syntax, 0), ("//\n1", .syntax, 0), ("]", .syntax, 0),
    ("\u{FEFF}1", .syntax, 0), ("\u{A0}1", .syntax, 0), ("[1", .truncated, 2),
    ("{\"a\":1", .truncated, 6), ("\"a", .truncated, 2), ("\"a\\", .truncated, 3),
    // Numbers.
    ("01", .syntax, 0), ("-", .syntax, 0), ("+1", .syntax, 0), (".5", .syntax, 0),
    ("1.", .syntax, 0), ("1.e1", .syntax, 0), ("1e", .truncated, 2), ("1e+", .syntax, 0),
    ("1.5", .float, 0), ("1e-1", .float, 0), ("123.456", .float, 0), ("0.1e-5", .float, 0),
    ("9223372036854775808", .integerRange, 0), ("-9223372036854775809", .integerRange, 0),
    ("18446744073709551616", .integerRange, 0), ("99999999999999999999999", .integerRange, 0),
    ("1e19", .integerRange, 0), ("1e400", .integerRange, 0),
    ("1e99999999999999999999", .integerRange, 0),
    ("0x10", .trailingBytes, 1),
    // Strings.
    ("\"\u{1}\"", .controlCharacter, 1), ("\"a\nb\"", .controlCharacter, 2),
    (#""\x""#, .escape, 1), (#""\u12g4""#, .escape, 1), (#""\u12"#, .truncated, 5),
    (#""\ud83d""#, .surrogate, 1), (#""\ude00""#, .surrogate, 1),
    (#""\ud83dx\ude00""#, .surrogate, 1), (#""\ud83d\u0041""#, .surrogate, 1),
    // Keys.
    (#"{"a":1,"a":2}"#, .repeatedKey, 0), (#"{"b":1,"a":2,"\u0062":3}"#, .repeatedKey, 0),
    // Bytes and links.
    (#"{"$bytes":"a"}"#, .base64, 10), (#"{"$bytes":"a b="}"#, .base64, 10),
    (#"{"$bytes":"nF="}"#, .base64, 10), (#"{"$bytes":"n"}"#, .base64, 10),
    (#"{"$bytes":"-_"}"#, .base64, 10), (#"{"$bytes":[1,2,3]}"#, .typeMismatch, 10),
    (#"{"$bytes":"nA","other":1}"#, .reservedKey, 14),
    (#"{"other":1,"$bytes":"nA"}"#, .reservedKey, 11),
    (#"{"$link":1234}"#, .typeMismatch, 9), (#"{"$link":"."}"#, .malformedCID, 9),
    (
      #"{"$link":"bafyreiflvov2xk5lvov2xk5lvov2xk5lvov2xk5lvov2xk5lvov2xk5lvn"}"#, .malformedCID, 9
    ),
    (#"{"$link":"QmdfTbBqBPQ7VNxZEYEj14VmRuZBkqFbiwReogJgS1zR1n"}"#, .foreignCID, 9),
  ]

  @Test("JSON outside RFC 8259 or the data model is rejected", arguments: invalid)
  func refused(_ text: String, _ code: DataError.Code, _ offset: Int) {
    let error = #expect(throws: DataError.self) { try DataValue(json: text) }
    #expect(error?.code == code, "\(String(describing: error))")
    #expect(error?.offset == offset, "\(String(describing: error))")
  }

  @Test(
    "text that is not UTF-8 is rejected",
    arguments: [
      [0x22, 0xFF, 0x22], [0x22, 0xC0, 0x80, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22],
    ]
  )
  func invalidUTF8(_ bytes: [UInt8]) {
    #expect(throws: DataError(code: .invalidUTF8, offset: 0, reason: "")) {
      try DataValue(json: bytes)
    }
  }

  /// Quotation marks, escapes, and multibyte characters at every position in the words that the
  /// scanner reads.
  @Test("strings are read and escaped at each alignment", arguments: 0..<20)
  func stringsOfEveryAlignment(_ length: Int) throws {
    for filler in ["", "\"", "\\", "\n", "é", "😀", "\u{7f}", "\u{1f}"] {
      for tail in 0..<10 {
        let text =
          String(repeating: "a", count: length) + filler + String(repeating: "b", count: tail)
        let value = DataValue.array([.string(text), .string(text)])
        #expect(try DataValue(json: value.jsonBytes()) == value)
        #expect(try DataValue(cbor: value.cborBytes()) == value)
      }
    }
  }

  @Test("integers of each width are written and read")
  func everyIntegerWidth() throws {
    var values = [0, 1, -1, .max, .min, 9, 10, 99, 100, 23, 24, 255, 256]
    for shift in 0..<63 { values += [1 << shift, (1 << shift) - 1, -(1 << shift), ~(1 << shift)] }
    for value in values {
      #expect(DataValue.integer(value).jsonString() == String(value))
      #expect(try Int(json: String(value)) == value)
      #expect(try Int(cbor: value.cborBytes()) == value)
    }
  }
}
