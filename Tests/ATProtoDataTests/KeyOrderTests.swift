import Testing

@testable import ATProtoData

private struct Member: LexiconObject {
  static let fields = FieldTable("bb", "dd", "parents")
  var known: [Int?] = [nil, nil, nil]
  var unknownFields: UnknownFields

  init(from reader: inout DataReader) throws(DataError) {
    var cursor = try reader.beginObject(Self.fields)
    while let index = try reader.nextField(&cursor) {
      known[index] = try reader.integer()
    }
    unknownFields = reader.unknownFields(cursor)
  }

  func encode(to writer: inout DataWriter) {
    var scope = writer.beginObject(Self.fields, unknownFields)
    for (index, value) in known.enumerated() { writer.optional(index, value, &scope) }
    writer.endObject(&scope)
  }
}

private enum Choice: LexiconUnion {
  case member(Member)
  case unknown(DataValue)

  static let members = MemberTable("com.example.member")

  init(from reader: inout DataReader) throws(DataError) {
    switch try reader.unionMember(Self.members) {
    case 0: self = .member(try Member(from: &reader))
    default: self = .unknown(try DataValue(from: &reader))
    }
  }

  func encode(to writer: inout DataWriter) {
    switch self {
    case .member(let member): writer.member(0, member, Self.members)
    case .unknown(let value): value.encode(to: &writer)
    }
  }
}

/// DRISL: "Map keys MUST be sorted by length first, then bytewise lexicographically", and none twice:
/// all rows of up to four keys, known and unknown ones, as an object and as a union's member.
@Suite struct KeyOrderTests {
  private static let keys = ["a", "bb", "bc", "dd", "$type", "parents", "zzzzzzzz"]

  private static func document(_ keys: [String]) -> [UInt8] {
    var bytes = [0xA0 | UInt8(keys.count)]
    for key in keys {
      bytes += [0x60 | UInt8(key.utf8.count)] + key.utf8
      bytes += key == "$type" ? [0x72] + Array("com.example.member".utf8) : [0x01]
    }
    return bytes
  }

  private static var rows: [[String]] {
    var rows: [[String]] = [[]]
    var last = rows
    for _ in 0..<4 {
      last = last.flatMap { row in keys.map { row + [$0] } }
      rows += last
    }
    return rows
  }

  private static func isCanonical(_ row: [String]) -> Bool {
    zip(row, row.dropFirst()).allSatisfy { canonicallyPrecedes($0, $1) }
  }

  /// Whether the value is read, and written again with the same bytes.
  private static func reads<Value: LexiconValue>(_ type: Value.Type, _ bytes: [UInt8]) -> Bool? {
    guard let value = try? Value(cbor: bytes) else { return false }
    return value.cborBytes() == bytes ? true : nil
  }

  /// Keys near the input's end are read another way than those before.
  @Test func onlyCanonicalOrderIsRead() {
    let tail: [UInt8] = [0x58, 40] + Array(repeating: 0, count: 40)
    for row in Self.rows {
      let object = Self.document(row)
      let expected = Self.isCanonical(row)
      #expect(Self.reads(Member.self, object) == expected, "\(row)")
      #expect(
        Self.reads(Pair<Member>.self, [0x82] + object + tail) == expected,
        "\(row), then more"
      )
      let isMember = expected && row.contains("$type")
      #expect(Self.reads(Choice.self, object) == isMember, "\(row) in a union")
      #expect(
        Self.reads(Pair<Choice>.self, [0x82] + object + tail) == isMember,
        "\(row) in a union, then more"
      )
    }
  }
}

/// A value and bytes behind it.
private struct Pair<Value: LexiconValue>: LexiconValue {
  let value: Value
  let rest: Bytes

  init(from reader: inout DataReader) throws(DataError) {
    var cursor = try reader.beginArray()
    _ = try reader.nextElement(&cursor)
    value = try Value(from: &reader)
    _ = try reader.nextElement(&cursor)
    rest = try reader.bytes()
    _ = try reader.nextElement(&cursor)
  }

  func encode(to writer: inout DataWriter) {
    var scope = writer.beginArray(count: 2)
    writer.element(&scope)
    value.encode(to: &writer)
    writer.element(&scope)
    writer.bytes(rest)
    writer.endArray(&scope)
  }
}
