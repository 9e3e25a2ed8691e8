import Testing

@testable import ATProtoData

/// How generated code reads an object's fields.
private protocol Way {
  static func read(_ reader: inout DataReader, _ cursor: inout ObjectCursor) throws(DataError)
    -> [Int?]
}

/// By the index of the next key.
private enum Loop: Way {
  static func read(
    _ reader: inout DataReader,
    _ cursor: inout ObjectCursor
  ) throws(DataError) -> [Int?] {
    var known: [Int?] = Array(repeating: nil, count: 4)
    while let index = try reader.nextField(&cursor) { known[index] = try reader.integer() }
    return known
  }
}

/// One field after the other.
private enum StraightLine: Way {
  static func read(
    _ reader: inout DataReader,
    _ cursor: inout ObjectCursor
  ) throws(DataError) -> [Int?] {
    var known: [Int?] = Array(repeating: nil, count: 4)
    for index in known.indices where try reader.hasField(index, &cursor) {
      known[index] = try reader.integer()
    }
    try reader.endObject(&cursor)
    return known
  }
}

private struct Member<Order: Way>: LexiconObject {
  let known: [Int?]
  var unknownFields: UnknownFields

  init(from reader: inout DataReader) throws(DataError) {
    var cursor = try reader.beginObject(memberFields)
    known = try Order.read(&reader, &cursor)
    unknownFields = reader.unknownFields(cursor)
  }

  func encode(to writer: inout DataWriter) {
    var scope = writer.beginObject(memberFields, unknownFields)
    for (index, value) in known.enumerated() { writer.optional(index, value, &scope) }
    writer.endObject(&scope)
  }

  static func == (lhs: Self, rhs: Self) -> Bool {
    lhs.known == rhs.known && lhs.unknownFields == rhs.unknownFields
  }

  func hash(into hasher: inout Hasher) {
    hasher.combine(known)
    hasher.combine(unknownFields)
  }
}

private let memberFields = FieldTable("bb dd parents aKeyOfMoreThanTwoWords")

private enum Choice<Order: Way>: LexiconUnion {
  case member(Member<Order>)
  case unknown(DataValue)

  init(from reader: inout DataReader) throws(DataError) {
    switch try reader.unionMember(choiceMembers) {
    case 0: self = .member(try Member<Order>(from: &reader))
    default: self = .unknown(try DataValue(from: &reader))
    }
  }

  func encode(to writer: inout DataWriter) {
    switch self {
    case .member(let member): writer.member(0, member, choiceMembers)
    case .unknown(let value): value.encode(to: &writer)
    }
  }
}

private let choiceMembers = MemberTable("com.example.member")

/// DRISL: "Map keys MUST be sorted by length first, then bytewise lexicographically", and no key
/// may be repeated. Checks all sequences of up to four keys, known and unknown, in an object and in
/// a member of a union.
@Suite struct KeyOrderTests {
  private static let keys = [
    "a", "bb", "bc", "dd", "$type", "parents", "aKeyOfMoreThanTwoWords", "aKeyOfMoreThanTwoWorlds",
  ]

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

  /// The outcome of decoding a document: the error and its offset, or what is written again.
  private static func outcome<Value: LexiconValue>(_ type: Value.Type, _ bytes: [UInt8]) -> Outcome
  {
    do throws(DataError) {
      return .read(try Value(cbor: bytes).cborBytes())
    } catch {
      return .refused(error.code, error.offset)
    }
  }

  private enum Outcome: Equatable {
    case read([UInt8])
    case refused(DataError.Code, Int)
  }

  /// Keys near the end of the input are read by other code than earlier keys.
  @Test("only fields in canonical order are accepted")
  func onlyCanonicalOrderIsAccepted() {
    func check<First: LexiconValue, Second: LexiconValue>(
      _ loop: First.Type,
      _ straight: Second.Type,
      _ bytes: [UInt8],
      isRead: Bool,
      _ comment: Comment
    ) {
      let outcome = Self.outcome(loop, bytes)
      #expect((outcome == .read(bytes)) == isRead, comment)
      if case .read(let other) = outcome { #expect(other == bytes, comment) }
      #expect(Self.outcome(straight, bytes) == outcome, comment)
    }
    let tail: [UInt8] = [0x58, 40] + Array(repeating: 0, count: 40)
    for row in Self.rows {
      let object = Self.document(row)
      let more = [0x82] + object + tail
      let isCanonical = Self.isCanonical(row)
      check(
        Member<Loop>.self,
        Member<StraightLine>.self,
        object,
        isRead: isCanonical,
        "\(row)"
      )
      check(
        Pair<Member<Loop>>.self,
        Pair<Member<StraightLine>>.self,
        more,
        isRead: isCanonical,
        "\(row), then more"
      )
      let isMember = isCanonical && row.contains("$type")
      check(
        Choice<Loop>.self,
        Choice<StraightLine>.self,
        object,
        isRead: isMember,
        "\(row) in a union"
      )
      check(
        Pair<Choice<Loop>>.self,
        Pair<Choice<StraightLine>>.self,
        more,
        isRead: isMember,
        "\(row) in a union, then more"
      )
    }
  }
}

/// A value, and the bytes after it.
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
