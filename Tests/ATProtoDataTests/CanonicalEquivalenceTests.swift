import ATProtoData
import SnapshotModule
import Testing

/// Swift considers canonically equivalent strings equal; on the wire they are different. Data that
/// contains both must keep both.
@Suite struct CanonicalEquivalenceTests {
  private static let composed = "caf\u{E9}"
  private static let decomposed = "cafe\u{301}"
  /// Of equal length in UTF-8, too.
  private static let reordered = ("a\u{301}\u{323}", "a\u{323}\u{301}")

  @Test("canonically equivalent keys are different keys")
  func equivalentKeysAreDistinct() throws {
    let json = #"{"\#(Self.composed)":1,"\#(Self.decomposed)":2}"#
    let value = try DataValue(json: json)
    #expect(value.object?.count == 2)
    #expect(value[Self.composed] == 1 && value[Self.decomposed] == 2)
    #expect(value.jsonString() == json)
    let bytes = value.cborBytes()
    #expect(try DataValue(cbor: bytes) == value)
    #expect(try DataValue(cbor: bytes, rules: .allowsTrailingBytes) == value)
    #expect(throws: DataError(code: .repeatedKey, offset: 0, reason: "")) {
      try DataValue(json: #"{"\#(Self.composed)":1,"\#(Self.composed)":2}"#)
    }
  }

  @Test("canonically equivalent keys of equal length are different keys")
  func equivalentKeysOfEqualLengthAreDistinct() throws {
    let (first, second) = Self.reordered
    #expect(first == second && first.utf8.count == second.utf8.count)
    let fields = (0..<20).map { #""k\#($0)":0"# } + [#""\#(first)":1"#, #""\#(second)":2"#]
    let json = "{\(fields.joined(separator: ","))}"
    let value = try DataValue(json: json)
    #expect(value.object?.count == 22)
    #expect(value[first] == 1 && value[second] == 2)
    let node = try ExampleSocial.Node(json: #"{"when":null,\#(json.dropFirst())"#)
    #expect(node.unknownFields.count == 22)
    #expect(try ExampleSocial.Node(json: node.jsonString()).cborBytes() == node.cborBytes())
  }

  @Test("canonically equivalent unknown fields are different fields")
  func equivalentUnknownFieldsAreDistinct() throws {
    let json = #"{"when":null,"\#(Self.composed)":1,"\#(Self.decomposed)":2}"#
    var node = try ExampleSocial.Node(json: json)
    #expect(node.jsonString() == json)
    #expect(node.unknownFields[Self.composed] == 1)
    #expect(node.unknownFields[Self.decomposed] == 2)
    node.unknownFields[Self.composed] = nil
    #expect(node.unknownFields[Self.composed] == nil)
    #expect(node.unknownFields[Self.decomposed] == 2)
  }

  @Test("a known field is matched only by the exact bytes of its name")
  func knownFieldIsMatchedByItsBytes() throws {
    var value: DataValue = [Self.composed: 1]
    #expect(value[Self.decomposed] == nil)
    value[Self.decomposed] = 2
    #expect(value.object?.count == 2)
  }

  @Test("values with canonically equivalent strings are not equal")
  func equalityComparesBytes() throws {
    #expect(DataValue.string(Self.composed) != .string(Self.decomposed))
    #expect(([.string(Self.composed)] as DataValue) != [.string(Self.decomposed)])
    #expect(([Self.composed: 1] as DataValue) != [Self.decomposed: 1])
    #expect(Set([DataValue.string(Self.composed), .string(Self.decomposed)]).count == 2)
  }

  @Test("constants and enumerations compare bytes")
  func constraintsCompareBytes() {
    var validator = Validator()
    validator.string(Self.composed, const: Self.decomposed, oneOf: [Self.decomposed])
    #expect(validator.violations.map(\.rule) == ["const", "enum"])
  }
}
