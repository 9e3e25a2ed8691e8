import ATProtoData
import Testing

@testable import LexiconLanguageServer

struct TextDocumentTests {
  private static let text = "a\nb\r\nü😀c\rd"

  @Test(
    arguments: [
      (0, 0, 0), (0, 1, 1), (1, 0, 2), (1, 1, 3), (2, 0, 5), (2, 1, 7), (2, 3, 11), (2, 4, 12),
      (3, 0, 13), (3, 1, 14),
    ]
  )
  func lineEndingsAreLFCRLFAndCR(line: Int, character: Int, offset: Int) {
    let document = TextDocument(Array(Self.text.utf8), .utf16)
    let position = Position(line: line, character: character)
    #expect(document.offset(of: position) == offset)
    #expect(document.position(at: offset) == position)
  }

  @Test func rangesOfLineEndingsAreNotEmpty() {
    let document = TextDocument(Array("a\r\nb".utf8), .utf16)
    #expect(
      document.range(1..<2)
        == ["start": ["line": 0, "character": 1], "end": ["line": 1, "character": 0]]
    )
  }

  @Test func utf8PositionsCountBytes() {
    let document = TextDocument(Array(Self.text.utf8), .utf8)
    #expect(document.offset(of: Position(line: 2, character: 6)) == 11)
    #expect(document.position(at: 11) == Position(line: 2, character: 6))
  }

  @Test(arguments: [(0, 99, 1), (2, 99, 12), (9, 0, 14), (2, 2, 7)])
  func positionsAreClamped(line: Int, character: Int, offset: Int) {
    let document = TextDocument(Array(Self.text.utf8), .utf16)
    #expect(document.offset(of: Position(line: line, character: character)) == offset)
  }

  @Test(arguments: [PositionEncoding.utf8, .utf16])
  func positionsInsideCharactersAreTheirStart(_ encoding: PositionEncoding) {
    let document = TextDocument(Array("😀".utf8), encoding)
    #expect(document.offset(of: Position(line: 0, character: 1)) == 0)
  }

  @Test func bytesThatAreNotUTF8CountAsOneUnit() {
    let document = TextDocument([0xFF, 0x61, 0xE2, 0x82], .utf16)
    #expect(document.position(at: 4) == Position(line: 0, character: 4))
    #expect(document.offset(of: Position(line: 0, character: 2)) == 2)
  }

  @Test(
    arguments: [
      ([], PositionEncoding.utf16), (["utf-8", "utf-16"], .utf8), (["utf-16", "utf-8"], .utf16),
      (["utf-32", "utf-8"], .utf8), (["utf-32"], .utf16),
    ]
  )
  func encodingsFollowTheClient(_ offered: [String], _ expected: PositionEncoding) {
    #expect(PositionEncoding(offered: offered) == expected)
  }

  /// Random edits, applied by the server and by a model of a client that keeps an array of UTF-16.
  @Test(arguments: [PositionEncoding.utf8, .utf16])
  func editsMatchTheClient(_ encoding: PositionEncoding) throws {
    var random = SystemRandomNumberGenerator()
    let pieces = ["a", "\n", "\r\n", "\r", "ü", "😀", "{", "\"", "\u{200D}", "e\u{301}"]
    for _ in 0..<50 {
      var model = ClientText(encoding)
      var document = TextDocument([], encoding)
      for _ in 0..<40 {
        let count = Int.random(in: 0...4, using: &random)
        let text = (0..<count).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
        let (start, end) = model.randomRange(&random)
        try document.apply(
          .object([
            "text": .string(text),
            "range": .object([
              "start": model.position(of: start), "end": model.position(of: end),
            ]),
          ])
        )
        model.replace(start, end, with: text)
        try #require(String(decoding: document.bytes, as: UTF8.self) == model.text)
        let fresh = TextDocument(document.bytes, encoding)
        for offset in 0...document.bytes.count {
          try #require(document.position(at: offset) == fresh.position(at: offset))
        }
      }
    }
  }

  /// It would take an hour if each edit read the whole text.
  @Test(.timeLimit(.minutes(1)))
  func editsOfLargeDocumentsAreFast() throws {
    var document = TextDocument([UInt8](repeating: 0x61, count: 1 << 20), .utf16)
    for index in 0..<10_000 {
      let place: JSONValue = .object([
        "line": .integer(index / 2), "character": .integer(index % 2),
      ])
      let text: JSONValue = .string(index % 2 == 0 ? "b" : "\n")
      try document.apply(
        .object(["text": text, "range": .object(["start": place, "end": place])])
      )
    }
    #expect(document.position(at: document.bytes.count).line == 5_000)
  }

  @Test func changesWithoutARangeReplaceTheText() throws {
    var document = TextDocument(Array("abc".utf8), .utf16)
    try document.apply(.object(["text": .string("ü")]))
    #expect(document.bytes == Array("ü".utf8))
    #expect(throws: MessageFailure.self) { try document.apply(.object([:])) }
  }
}

/// The text of an editor as an array of scalars, with positions that are counted naively.
private struct ClientText {
  private var scalars: [Unicode.Scalar] = []
  private let encoding: PositionEncoding

  init(_ encoding: PositionEncoding) {
    self.encoding = encoding
  }

  var text: String {
    var text = String.UnicodeScalarView()
    text.append(contentsOf: scalars)
    return String(text)
  }

  /// Two ordered indices. The client never puts a position between CR and LF.
  func randomRange(_ random: inout SystemRandomNumberGenerator) -> (Int, Int) {
    func index() -> Int {
      let index = Int.random(in: 0...scalars.count, using: &random)
      let isInside =
        index > 0 && index < scalars.count && scalars[index - 1] == "\r" && scalars[index] == "\n"
      return isInside ? index - 1 : index
    }
    let (first, second) = (index(), index())
    return (min(first, second), max(first, second))
  }

  func position(of index: Int) -> JSONValue {
    var line = 0
    var character = 0
    var previous: Unicode.Scalar?
    for scalar in scalars[..<index] {
      if scalar == "\n" || scalar == "\r" {
        if !(scalar == "\n" && previous == "\r") { line += 1 }
        character = 0
      } else {
        character += encoding == .utf8 ? UTF8.width(scalar) : UTF16.width(scalar)
      }
      previous = scalar
    }
    // Before the LF of a CRLF, the line has not ended yet.
    return .object(["line": .integer(line), "character": .integer(character)])
  }

  mutating func replace(_ start: Int, _ end: Int, with text: String) {
    scalars.replaceSubrange(start..<end, with: text.unicodeScalars)
  }
}
