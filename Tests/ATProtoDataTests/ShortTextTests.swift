import ATProtoSyntax
import Testing

@testable import ATProtoData

/// Strings that are stored inline are read and written like any other string.
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

  @Test("a string of any length is kept")
  func stringOfAnyLengthIsKept() {
    var seen: Set<FormatString<Datetime>> = []
    for text in Self.texts {
      let kept = FormatString<Datetime>(text)
      #expect(kept.string.utf8.elementsEqual(text.utf8), "\(text.debugDescription)")
      #expect(kept == FormatString(text))
      #expect(seen.insert(kept).inserted, "\(text.debugDescription) was seen before")
      var set = FormatString<Datetime>("2024-01-01T00:00:00Z")
      set.string = text
      #expect(set == kept)
      let isInPlace = (16...38).contains(text.utf8.count) && text.utf8.allSatisfy { $0 < 0x80 }
      #expect(ShortText(text).tail.count == (isInPlace ? text.utf8.count - 15 : 0))
    }
  }

  @Test("a short string with a format is parsed")
  func shortStringIsParsed() throws {
    let text = "2024-02-29T12:34:56.789Z"
    #expect(try FormatString<Datetime>(text).parsed() == Datetime(text))
    #expect(try FormatString(Datetime(text)).string == text)
    #expect(!FormatString<Datetime>("2024-02-30T12:34:56.789Z").isValid)
  }

  @Test("a short string is written like any string")
  func shortStringIsWrittenLikeAnyString() {
    for text in Self.texts {
      let kept = FormatString<Datetime>(text)
      #expect(kept.cborBytes() == text.cborBytes(), "\(text.debugDescription)")
      #expect(kept.jsonBytes() == text.jsonBytes(), "\(text.debugDescription)")
    }
  }

  /// Also if the string is at the very end of the input.
  @Test("a short string is read like any string")
  func shortStringIsReadLikeAnyString() throws {
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

  /// In any spelling.
  @Test("a short string with escapes is read")
  func shortStringWithEscapesIsRead() throws {
    let json = #""\u0032024-02-29T12:34:56.789Z""#
    let text = try FormatString<Datetime>(json: Array(json.utf8))
    #expect(text == "2024-02-29T12:34:56.789Z")
  }

  @Test("a short string is subject to the length limit")
  func shortStringIsBounded() {
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
