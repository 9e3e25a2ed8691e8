import ATProtoSyntax
import Testing

@testable import ATProtoData

/// Strings that share the bytes of their document are read and written like any other string.
@Suite struct SharedTextTests {
  private typealias Text = FormatString<URIString>

  private static let texts: [String] = [
    "", "a", "https://example.com/", String(repeating: "x", count: 23),
    String(repeating: "x", count: 24), String(repeating: "x", count: 255),
    String(repeating: "x", count: 256), String(repeating: "y", count: 511),
    String(repeating: "y", count: 512), String(repeating: "y", count: 513),
    String(repeating: "z", count: 70_000), "é", "https://example.com/é🦋", "\u{0}", "a\"b\\c\u{1F}",
    "e\u{301}",
  ]

  @Test("a string of any length is kept")
  func stringOfAnyLengthIsKept() {
    var seen: Set<Text> = []
    for text in Self.texts {
      let kept = Text(text)
      #expect(kept.string.utf8.elementsEqual(text.utf8), "\(text.debugDescription)")
      #expect(kept == Text(text))
      #expect(kept.hashValue == Text(text).hashValue)
      // Strings that are equal in Swift but have different bytes are different here.
      #expect(seen.insert(kept).inserted, "\(text.debugDescription) was seen before")
    }
  }

  @Test("a shared string is written like any string")
  func sharedStringIsWrittenLikeAnyString() {
    for text in Self.texts {
      #expect(Text(text).cborBytes() == text.cborBytes(), "\(text.debugDescription)")
      #expect(Text(text).jsonBytes() == text.jsonBytes(), "\(text.debugDescription)")
    }
  }

  /// A string alone, at the very end of the input, and several in a row, so that they can share
  /// bytes.
  @Test("a shared string is read like any string")
  func sharedStringIsReadLikeAnyString() throws {
    for text in Self.texts {
      #expect(try Text(cbor: text.cborBytes()) == Text(text), "\(text.debugDescription)")
      #expect(try Text(json: text.jsonBytes()) == Text(text), "\(text.debugDescription)")
    }
    let all = (Self.texts + Self.texts.reversed()).shuffled()
    let cbor = try [Text](cbor: all.cborBytes())
    let json = try [Text](json: all.jsonBytes())
    #expect(cbor.map(\.string) == all)
    #expect(json.map(\.string) == all)
    #expect(cbor.cborBytes() == all.cborBytes())
    #expect(cbor.jsonBytes() == all.jsonBytes())
    #expect(json == cbor)
    #expect(Set(json) == Set(cbor))
  }

  /// Several strings together keep one copy of a part of the document alive.
  @Test("strings near each other share one copy of the input")
  func nearbyStringsShareOneCopy() throws {
    let uris = (0..<5).map { "https://example.com/\($0)" }
    var texts = try [Text](cbor: uris.cborBytes())
    for text in texts { #expect(text.text.window === texts[0].text.window) }
    let last = texts.removeLast()
    texts = []
    #expect(last.string == uris[4])
  }

  /// A string keeps only a window of a long document in memory.
  @Test("a string keeps at most a window of its document")
  func stringKeepsAtMostAWindow() throws {
    let uris = (0..<1000).map { "https://example.com/\($0)" }
    let texts = try [Text](cbor: uris.cborBytes())
    #expect(texts.map(\.string) == uris)
    for text in texts { #expect(text.text.window.count <= SharedText.windowSize) }
    let long = String(repeating: "x", count: 60)
    let json = [long, long].jsonBytes()
    #expect(try [Text](json: json)[0].text.window.count == json.count - 2)
  }

  /// A string with escapes shares nothing, however it is spelled.
  @Test("a shared string with escapes is read")
  func sharedStringWithEscapesIsRead() throws {
    let json = #"["https:\/\/example.com","https://example.com"]"#
    let texts = try [Text](json: Array(json.utf8))
    #expect(texts == ["https://example.com", "https://example.com"])
  }

  @Test("a shared string with a format is parsed")
  func sharedStringIsParsed() throws {
    let text = "at://did:plc:44ybard66vv44zksje25o7dz/app.bsky.feed.post/3jwdwj2ctlk26"
    let kept = try FormatString<ATURI>(cbor: text.cborBytes())
    #expect(try kept.parsed() == ATURI(text))
    #expect(try FormatString(ATURI(text)) == kept)
    #expect(!FormatString<ATURI>("at://").isValid)
  }

  @Test("a shared string is subject to the length limit")
  func sharedStringIsBounded() {
    var limits = DataLimits()
    limits.stringLength = 20
    let text = "https://example.com/0"
    for error in [
      #expect(throws: DataError.self) { try Text(cbor: text.cborBytes(), limits: limits) },
      #expect(throws: DataError.self) { try Text(json: text.jsonBytes(), limits: limits) },
    ] {
      #expect(error?.code == .stringLength)
    }
    #expect(throws: DataError.self) { try Text(cbor: [0x78, 24, 0x32]) }
    #expect(throws: DataError.self) { try Text(json: Array(#""https://"#.utf8)) }
    #expect(throws: DataError.self) { try Text(cbor: [0x61, 0xC3]) }
    #expect(throws: DataError.self) { try Text(json: [0x22, 0xC3, 0x22]) }
    #expect(throws: DataError.self) { try Text(json: [0x22, 0x01, 0x22]) }
  }
}
