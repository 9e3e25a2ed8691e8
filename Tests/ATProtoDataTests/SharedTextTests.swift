import ATProtoSyntax
import Testing

@testable import ATProtoData

/// Texts that share the bytes of their document are read and written like any other.
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

  @Test("a text of any length is kept")
  func areKept() {
    var seen: Set<Text> = []
    for text in Self.texts {
      let kept = Text(text)
      #expect(kept.string.utf8.elementsEqual(text.utf8), "\(text.debugDescription)")
      #expect(kept == Text(text))
      #expect(kept.hashValue == Text(text).hashValue)
      // Texts that Swift's strings hold equal, but are other bytes, are others.
      #expect(seen.insert(kept).inserted, "\(text.debugDescription) is another text")
    }
  }

  @Test("a shared text is written like a string")
  func areWrittenLikeStrings() {
    for text in Self.texts {
      #expect(Text(text).cborBytes() == text.cborBytes(), "\(text.debugDescription)")
      #expect(Text(text).jsonBytes() == text.jsonBytes(), "\(text.debugDescription)")
    }
  }

  /// Alone, which makes them the last of the input, and behind one another, which lets them share.
  @Test("a shared text is read like a string")
  func areReadLikeStrings() throws {
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

  /// What several texts take is one copy of a part of the document, which all of them keep alive.
  @Test("texts near each other share one copy of the input")
  func shareOneCopy() throws {
    let uris = (0..<5).map { "https://example.com/\($0)" }
    var texts = try [Text](cbor: uris.cborBytes())
    for text in texts { #expect(text.text.window === texts[0].text.window) }
    let last = texts.removeLast()
    texts = []
    #expect(last.string == uris[4])
  }

  /// A text keeps no more than a window of a long document.
  @Test("a text keeps at most a window of its document")
  func keepLittleOfALongDocument() throws {
    let uris = (0..<1000).map { "https://example.com/\($0)" }
    let texts = try [Text](cbor: uris.cborBytes())
    #expect(texts.map(\.string) == uris)
    for text in texts { #expect(text.text.window.count <= SharedText.windowSize) }
    let long = String(repeating: "x", count: 60)
    let json = [long, long].jsonBytes()
    #expect(try [Text](json: json)[0].text.window.count == json.count - 2)
  }

  /// However it is spelled, it shares nothing then.
  @Test("a shared text with escapes is read")
  func areReadWithEscapes() throws {
    let json = #"["https:\/\/example.com","https://example.com"]"#
    let texts = try [Text](json: Array(json.utf8))
    #expect(texts == ["https://example.com", "https://example.com"])
  }

  @Test("a shared text of a format is parsed")
  func areParsed() throws {
    let text = "at://did:plc:44ybard66vv44zksje25o7dz/app.bsky.feed.post/3jwdwj2ctlk26"
    let kept = try FormatString<ATURI>(cbor: text.cborBytes())
    #expect(try kept.parsed() == ATURI(text))
    #expect(try FormatString(ATURI(text)) == kept)
    #expect(!FormatString<ATURI>("at://").isValid)
  }

  @Test("a shared text obeys the limit of strings")
  func areBounded() {
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
