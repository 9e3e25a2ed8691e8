import Testing

@testable import ATProtoData

/// A union inside a union, under a key that precedes `$type` in DAG-CBOR.
enum Nest: LexiconUnion {
  case holder(Box<Holder>)
  case unknown(DataValue)

  static let members = MemberTable("com.example.holder")

  init(from reader: inout DataReader) throws(DataError) {
    switch try reader.unionMember(Self.members) {
    case 0: self = .holder(try Box<Holder>(from: &reader))
    default: self = .unknown(try DataValue(from: &reader))
    }
  }

  func encode(to writer: inout DataWriter) {
    switch self {
    case .holder(let holder): writer.member(0, holder, Self.members)
    case .unknown(let value): value.encode(to: &writer)
    }
  }
}

struct Holder: LexiconObject {
  static let fields = FieldTable("in all")
  var inner: Nest?
  var all: [Nest]?
  var unknownFields: UnknownFields

  init(from reader: inout DataReader) throws(DataError) {
    var cursor = try reader.beginObject(Self.fields)
    while let index = try reader.nextField(&cursor) {
      switch index {
      case 0: inner = try Nest(from: &reader)
      default: all = try [Nest](from: &reader)
      }
    }
    unknownFields = reader.unknownFields(cursor)
  }

  func encode(to writer: inout DataWriter) {
    var scope = writer.beginObject(Self.fields, unknownFields)
    writer.optional(0, inner, &scope)
    writer.optional(1, all, &scope)
    writer.endObject(&scope)
  }
}

@Suite struct LookAheadTests {
  /// Nested values, with `$type` after everything inside and siblings on the way.
  private static func nested(_ levels: Int) -> String {
    let leaf = #"{"x":[{"$type":1},"}"],"$type":"com.example.other"}"#
    let sibling = #"{"in":\#(leaf),"\u0024type":"com.example.holder"}"#
    return (0..<levels).reduce(leaf) { inner, _ in
      #"{"in":\#(inner),"all":[\#(sibling), \#(leaf)],"$type":"com.example.holder"}"#
    }
  }

  /// The number of bytes that looking ahead has skipped.
  private static func steps(_ bytes: [UInt8], isJSON: Bool) throws -> Int {
    var reader = DataReader(bytes.span.raw, isJSON: isJSON, limits: .default, rules: .strict)
    _ = try Nest(from: &reader)
    return reader.notes.ahead.steps
  }

  @Test("looking ahead for types skips each byte once", arguments: [1, 10, 100])
  func everyByteIsSkippedOnce(_ levels: Int) throws {
    let json = Array(Self.nested(levels).utf8)
    let cbor = try DataValue(json: json).cborBytes()
    #expect(try Self.steps(json, isJSON: true) <= json.count)
    #expect(try Self.steps(cbor, isJSON: false) <= cbor.count)
  }

  @Test("types are found at any position", arguments: [0, 1, 3, 50])
  func typesAreFoundAtAnyPosition(_ levels: Int) throws {
    let json = Self.nested(levels)
    let data = try DataValue(json: json)
    let value = try Nest(json: json)
    #expect(value.cborBytes() == data.cborBytes())
    #expect(try Nest(cbor: data.cborBytes()).jsonBytes() == data.jsonBytes())
    var level = value
    var depth = 0
    while case .holder(let holder) = level, let inner = holder.value.inner {
      #expect(holder.value.all?.count == 2)
      if case .holder? = holder.value.all?.first {} else { Issue.record("no holder") }
      level = inner
      depth += 1
    }
    #expect(depth == levels)
  }

  @Test(
    "errors in skipped bytes are reported",
    arguments: [
      (#"{"in":{"a":1},"$type":"com.example.holder"}"#, DataError.Code.missingType, "in"),
      (#"{"in":[],"$type":"com.example.holder"}"#, .typeMismatch, "in"),
      (#"{"in":{"b":{"$type":"x"}},"$type":"com.example.holder"}"#, .missingType, "in"),
      (#"{"in":{"$type":3},"$type":"com.example.holder"}"#, .typeMismatch, "in.$type"),
    ]
  )
  func faultsInside(_ json: String, _ code: DataError.Code, _ path: String) throws {
    let bytes = try DataValue(json: json).cborBytes()
    for error in [
      #expect(throws: DataError.self) { try Nest(json: json) },
      #expect(throws: DataError.self) { try Nest(cbor: bytes) },
    ] {
      #expect(error?.code == code)
      #expect(error?.path == path)
    }
  }

  /// Skipped values are subject to the same limits and reported with the same errors.
  @Test(
    "skipped values are subject to the limits",
    arguments: [
      ("a2 6161 84 01020304 652474797065 6178", .elements),
      ("a2 6161 a4 616101 616201 616301 616401 652474797065 6178", .elements),
      ("a4 6161f6 6162f6 6163f6 652474797065 6178", .elements),
      ("a2 6161 9a004c4b40 a0", .elements), ("a2 6161 f90000", .float),
      ("a2 6161 f814", .simpleValue), ("a2 6161 c100", .foreignTag),
      ("a2 6161 5b8000000000000000", .truncated),
    ] as [(String, DataError.Code)]
  )
  func passesOverWithinLimits(_ bytes: String, _ code: DataError.Code) {
    let limits = DataLimits(elements: 3)
    let expected = DataError(code: code, offset: 0, reason: "")
    #expect(throws: expected) { try Nest(cbor: hex(bytes), limits: limits) }
    #expect(throws: expected) { try DataValue(cbor: hex(bytes), limits: limits) }
  }

  @Test("skipping stops at the maximum depth")
  func skippingStopsAtTheMaximumDepth() {
    let open = #"{"in":"# + String(repeating: #"{"in":"#, count: 5_000)
    #expect(throws: DataError(code: .depth, offset: 0, reason: "")) { try Nest(json: open) }
    let bytes = [0xA1, 0x62, 0x69, 0x6E] + [UInt8](repeating: 0x81, count: 5_000)
    #expect(throws: DataError(code: .depth, offset: 0, reason: "")) { try Nest(cbor: bytes) }
  }
}
