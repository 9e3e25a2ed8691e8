import ATProtoSyntax
import Testing

@testable import ATProtoData

/// Texts that are kept in place are read and written like any other.
@Suite struct ShortTextTests {
  private static let texts: [String] = (0...45).flatMap { count in
    let plain = String("2024-02-29T12:34:56.789012345678+00:00?abcdefgh".prefix(count))
    let changed: [String] = ["\u{0}", "\u{1F}", "\u{7F}", "\"", "\\", "é", "🦋"].flatMap {
      character in
      (0..<count).map { index in
        String(plain.prefix(index)) + character + String(plain.dropFirst(index + 1))
      }
    }
    return [plain] + changed
  }

  @Test("a text of any length is kept")
  func areKept() {
    var seen: Set<FormatString<Datetime>> = []
    for text in Self.texts {
      let kept = FormatString<Datetime>(text)
      #expect(kept.string.utf8.elementsEqual(text.utf8), "\(text.debugDescription)")
      #expect(kept == FormatString(text))
      #expect(seen.insert(kept).inserted, "\(text.debugDescription) is another text")
      var set = FormatString<Datetime>("2024-01-01T00:00:00Z")
      set.string = text
      #expect(set == kept)
      let isInPlace = (16...38).contains(text.utf8.count) && text.utf8.allSatisfy { $0 < 0x80 }
      #expect(ShortText(text).tail.count == (isInPlace ? text.utf8.count - 15 : 0))
    }
  }

  @Test("a short text of a format is parsed")
  func areParsed() throws {
    let text = "2024-02-29T12:34:56.789Z"
    #expect(try FormatString<Datetime>(text).parsed() == Datetime(text))
    #expect(try FormatString(Datetime(text)).string == text)
    #expect(!FormatString<Datetime>("2024-02-30T12:34:56.789Z").isValid)
  }

  @Test("a short text is written like a string")
  func areWrittenLikeStrings() {
    for text in Self.texts {
      let kept = FormatString<Datetime>(text)
      #expect(kept.cborBytes() == text.cborBytes(), "\(text.debugDescription)")
      #expect(kept.jsonBytes() == text.jsonBytes(), "\(text.debugDescription)")
    }
  }

  /// Also where the text is the last of the input.
  @Test("a short text is read like a string")
  func areReadLikeStrings() throws {
    for text in Self.texts {
      let kept = FormatString<Datetime>(text)
      #expect(
        try FormatString<Datetime>(cbor: text.cborBytes()) == kept,
        "\(text.debugDescription)"
      )
      #expect(
        try FormatString<Datetime>(json: text.jsonBytes()) == kept,
        "\(text.debugDescription)"
      )
      let pair = [text, text]
      #expect(try [FormatString<Datetime>](cbor: pair.cborBytes()) == [kept, kept])
      #expect(try [FormatString<Datetime>](json: pair.jsonBytes()) == [kept, kept])
    }
  }

  /// However it is spelled.
  @Test("a short text with escapes is read")
  func areReadWithEscapes() throws {
    let json = #""\u0032024-02-29T12:34:56.789Z""#
    let text = try FormatString<Datetime>(json: Array(json.utf8))
    #expect(text == "2024-02-29T12:34:56.789Z")
  }

  @Test("a short text obeys the limit of strings")
  func areBounded() {
    var limits = DataLimits()
    limits.stringLength = 20
    let text = "2024-02-29T12:34:56.789Z"
    for error in [
      #expect(throws: DataError.self) {
        try FormatString<Datetime>(cbor: text.cborBytes(), limits: limits)
      },
      #expect(throws: DataError.self) {
        try FormatString<Datetime>(json: text.jsonBytes(), limits: limits)
      },
    ] {
      #expect(error?.code == .stringLength)
    }
    #expect(throws: DataError.self) { try FormatString<Datetime>(cbor: [0x78, 24, 0x32]) }
    #expect(throws: DataError.self) {
      try FormatString<Datetime>(json: Array(#""2024-02-29T12"#.utf8))
    }
    #expect(throws: DataError.self) {
      try FormatString<Datetime>(cbor: [0x72] + Array(repeating: 0x41, count: 17) + [0xC3])
    }
  }
}
