import ATProtoData
import Testing

private let digest = String(repeating: "ab", count: 32)

@Suite struct CBORTests {
  /// Canonical documents and their JSON forms.
  static let valid: [(String, String)] = [
    ("f6", "null"), ("f4", "false"), ("f5", "true"),
    ("00", "0"), ("17", "23"), ("1818", "24"), ("18ff", "255"), ("190100", "256"),
    ("19ffff", "65535"), ("1a00010000", "65536"), ("1affffffff", "4294967295"),
    ("1b0000000100000000", "4294967296"), ("1b7fffffffffffffff", "9223372036854775807"),
    ("20", "-1"), ("37", "-24"), ("3818", "-25"), ("3b7fffffffffffffff", "-9223372036854775808"),
    ("60", "\"\""), ("6161", "\"a\""), ("62c3bc", "\"ü\""), ("64f09f9880", "\"😀\""),
    ("7818" + String(repeating: "61", count: 24), "\"aaaaaaaaaaaaaaaaaaaaaaaa\""),
    ("40", #"{"$bytes":""}"#), ("4401020304", #"{"$bytes":"AQIDBA"}"#),
    ("80", "[]"), ("8301820203820405", "[1,[2,3],[4,5]]"),
    ("a0", "{}"), ("a26161016162820203", #"{"a":1,"b":[2,3]}"#),
    ("a3616101616202626161 03", #"{"a":1,"b":2,"aa":3}"#),
    ("a1606160", #"{"":"`"}"#),
    (
      "d82a58250001711220" + digest,
      #"{"$link":"bafyreiflvov2xk5lvov2xk5lvov2xk5lvov2xk5lvov2xk5lvov2xk5lvm"}"#
    ),
  ]

  @Test("canonical DAG-CBOR is read and written back unchanged", arguments: valid)
  func roundTrip(_ bytes: String, _ json: String) throws {
    let value = try DataValue(cbor: hex(bytes))
    #expect(value.jsonString() == json)
    #expect(value.cborBytes() == hex(bytes))
    #expect(try DataValue(json: json) == value)
    #expect(try DataValue(value) == value)
  }

  /// Documents that strict decoding rejects, with the reason and the offset.
  static let invalid: [(String, DataError.Code, Int)] = [
    ("", .truncated, 0),
    ("0000", .trailingBytes, 1),
    // Longer forms than necessary.
    ("1817", .longForm, 0), ("1900ff", .longForm, 0), ("1a0000ffff", .longForm, 0),
    ("1b00000000ffffffff", .longForm, 0), ("3817", .longForm, 0), ("780161", .longForm, 0),
    ("5800", .longForm, 0), ("9800", .longForm, 0), ("b800", .longForm, 0),
    ("d9002a450001711220", .longForm, 0), ("a1780161 00", .longForm, 1),
    // Indefinite lengths.
    ("7f6161ff", .indefiniteLength, 0), ("5f4101ff", .indefiniteLength, 0),
    ("9f01ff", .indefiniteLength, 0), ("bf616101ff", .indefiniteLength, 0),
    ("ff", .indefiniteLength, 0), ("8201ff", .indefiniteLength, 2),
    // Reserved headers.
    ("1c", .reservedHeader, 0), ("7d", .reservedHeader, 0), ("fc", .reservedHeader, 0),
    ("1f", .indefiniteLength, 0),
    // Floats.
    ("f93c00", .float, 0), ("fa3f800000", .float, 0), ("fb3ff0000000000000", .float, 0),
    ("f97e00", .float, 0), ("81f90000", .float, 1),
    // Simple values.
    ("f7", .simpleValue, 0), ("e0", .simpleValue, 0), ("f820", .simpleValue, 0),
    ("f814", .simpleValue, 0),
    // Integers beyond 64 bits, signed.
    ("1b8000000000000000", .integerRange, 0), ("3b8000000000000000", .integerRange, 0),
    ("1bffffffffffffffff", .integerRange, 0),
    // Keys.
    ("a10101", .nonStringKey, 1), ("a1410101", .nonStringKey, 1), ("a1f601", .nonStringKey, 1),
    ("a2616201616102", .unsortedKeys, 4), ("a262616101616202", .unsortedKeys, 5),
    ("a2616101616102", .repeatedKey, 4), ("a2600160 02", .repeatedKey, 3),
    ("a161ff01", .invalidUTF8, 2),
    // Text.
    ("61ff", .invalidUTF8, 1), ("63eda080", .invalidUTF8, 1), ("62c080", .invalidUTF8, 1),
    ("64f5808080", .invalidUTF8, 1), ("61c3", .invalidUTF8, 1),
    // Tags and links.
    ("c001", .foreignTag, 0), ("d82b4100", .foreignTag, 0), ("d9d9f700", .foreignTag, 0),
    ("d82a00", .typeMismatch, 2),
    ("d82a582401711220" + digest, .unprefixedCID, 0), ("d82a40", .unprefixedCID, 0),
    ("d82a58250101711220" + digest, .unprefixedCID, 0),
    ("d82a4100", .malformedCID, 0), ("d82a4400017112", .malformedCID, 0),
    ("d82a58260001711220" + digest + "ab", .malformedCID, 0),
    ("d82a58250001701220" + digest, .foreignCID, 0),
    ("d82a58250001711320" + digest, .foreignCID, 0),
    ("d82a5823001220" + digest, .foreignCID, 0),
    // Truncated.
    ("18", .truncated, 1), ("6261", .truncated, 2), ("8201", .truncated, 2),
    ("a161", .truncated, 2), ("a26161 01", .truncated, 4), ("d82a", .truncated, 2),
    // Headers that declare more than there is.
    ("5b7fffffffffffffff", .truncated, 9), ("7bffffffffffffffff", .truncated, 9),
    ("9b8000000000000000", .elements, 0), ("bb8000000000000000", .elements, 0),
    ("9a0001ffff", .truncated, 5), ("ba0001ffff", .truncated, 5), ("9a00020001", .elements, 0),
  ]

  @Test("DAG-CBOR that is not canonical is rejected", arguments: invalid)
  func refused(_ bytes: String, _ code: DataError.Code, _ offset: Int) {
    let error = #expect(throws: DataError.self) { try DataValue(cbor: hex(bytes)) }
    #expect(error?.code == code, "\(String(describing: error))")
    #expect(error?.offset == offset, "\(String(describing: error))")
  }

  /// What each rule allows, and the resulting canonical form.
  static let tolerated: [(String, DecodingRules, String)] = [
    ("a2616201616102", .allowsUnsortedKeys, "a2616102616201"),
    ("a2616101616102", .allowsRepeatedKeys, "a1616102"),
    ("1900ff", .allowsLongForms, "18ff"),
    ("a1780161 1a00000001", .allowsLongForms, "a1616101"),
    ("7f61616162ff", .allowsIndefiniteLengths, "626162"),
    ("bf61619f0102ffff", .allowsIndefiniteLengths, "a16161820102"),
    ("5f4101420203ff", .allowsIndefiniteLengths, "43010203"),
    ("fb4045000000000000", .allowsIntegralFloats, "182a"),
    ("f95140", .allowsIntegralFloats, "182a"),
    ("fa42280000", .allowsIntegralFloats, "182a"),
    ("f98000", .allowsIntegralFloats, "00"),
    ("c101", .allowsForeignTags, "01"),
    ("81f7", .allowsSimpleValues, "81f6"),
    ("82e0f8ff", .allowsSimpleValues, "82f6f6"),
    ("a20a012902", .allowsNonStringKeys, "a262313001632d313002"),
    ("a1416101", .allowsNonStringKeys, "a1616101"),
    ("0102", .allowsTrailingBytes, "01"),
    ("61ff", .allowsInvalidUTF8, "63efbfbd"),
    ("d82a582401711220" + digest, .allowsUnprefixedCIDs, "d82a58250001711220" + digest),
    (
      "d82a58250001701220" + digest, .allowsForeignCIDs, "d82a58250001701220" + digest
    ),
    ("d82a5823001220" + digest, .allowsForeignCIDs, "d82a5823001220" + digest),
  ]

  @Test("a deviation is read if a rule allows it, and written canonically", arguments: tolerated)
  func allowed(_ bytes: String, _ rule: DecodingRules, _ canonical: String) throws {
    #expect(throws: DataError.self) { try DataValue(cbor: hex(bytes)) }
    let others = DecodingRules(rawValue: .max).subtracting([rule, .allowsForeignCIDs])
    if rule != .allowsForeignCIDs && rule != .allowsUnsortedKeys {
      #expect(throws: DataError.self) { try DataValue(cbor: hex(bytes), rules: others) }
    }
    #expect(hex(try DataValue(cbor: hex(bytes), rules: rule).cborBytes()) == canonical)
  }

  @Test(
    "malformed CBOR is rejected whatever the rules",
    arguments: [
      "fb3ff8000000000000", "f97e00", "f97c00", "fb43e0000000000000", "1b8000000000000000", "f814",
      "a1f501", "a18001", "a13bffffffffffffffff01", "7f4161ff", "5f5f4101ffff", "9f", "bf6161ff",
      "1c", "",
    ]
  )
  func neverTolerated(_ bytes: String) {
    #expect(throws: DataError.self) {
      try DataValue(cbor: hex(bytes), rules: DecodingRules(rawValue: .max))
    }
  }

  /// The tolerant reader reads input that the strict reader accepts in the same way.
  @Test("rules do not change how canonical input is read", arguments: valid)
  func rulesDoNotChangeHowCanonicalInputIsRead(_ bytes: String, _ json: String) throws {
    let value = try DataValue(cbor: hex(bytes), rules: DecodingRules(rawValue: .max))
    #expect(value.cborBytes() == hex(bytes))
  }

  @Test("an item at the front of longer input is read, with its size")
  func prefix() throws {
    let bytes = hex("a1616101 a1616202 ff")
    var consumed = 0
    let first = try DataValue(cborPrefix: bytes.span.bytes, consumed: &consumed)
    #expect(first == ["a": 1])
    #expect(consumed == 4)
    let rest = [UInt8](bytes[consumed...])
    #expect(try DataValue(cborPrefix: rest.span.bytes, consumed: &consumed) == ["b": 2])
  }
}
