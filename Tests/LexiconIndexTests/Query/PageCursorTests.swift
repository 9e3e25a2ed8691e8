import LexiconIndex
import Testing

/// Positions as text.
@Suite struct PageCursorTests {
  private static let scope = "dev.lexgen.index.queryRecords com.example.photo"

  @Test(
    arguments: [
      [], [nil], [.text("")], [.text("at://did:web:a.example/com.example.photo/1")],
      [.instant(1_767_323_045_678_901), .text("x")], [.instant(.min), .integer(.min)],
      [.integer(.max), .instant(.max)], [.boolean(true), .boolean(false), nil, nil],
      [.text("\u{0}\u{10FFFF}e\u{301}\""), .integer(0)],
      [IndexValue?](repeating: nil, count: 16),
    ] as [[IndexValue?]]
  )
  func partsAreReadBack(_ parts: [IndexValue?]) throws {
    let text = PageCursor(parts).text(scope: Self.scope)
    #expect(try PageCursor(text, scope: Self.scope) == PageCursor(parts))
    #expect(text.utf8.allSatisfy { $0 == 0x2D || $0 == 0x5F || $0 >= 0x30 && $0 < 0x7B })
  }

  @Test func textIsTheSameInEveryProcess() {
    #expect(
      PageCursor([.integer(1), nil, .instant(2), .text("a")]).text(scope: "b")
        == "hgFIPiPoFgA5WUoB9oECYWE"
    )
  }

  @Test func cursorOfAnotherScopeIsRefused() {
    let text = PageCursor([.integer(1)]).text(scope: Self.scope)
    let error = #expect(throws: IndexQueryError.self) { try PageCursor(text, scope: "other") }
    #expect(error?.code == .invalidCursor)
    #expect(error?.reason.contains("another query") == true)
  }

  @Test(arguments: [
    "", "0", "50", "abc", "=", "gQ", "gA==", "not a cursor", "\u{0}", "é", "_____",
    "1767323045678::bafyreidfayvfuwqa7qlnopdjiqrxzs6blmoeu4rujcjtnci5beludirz2a",
    String(repeating: "A", count: 4_096), String(repeating: "A", count: 100_000),
  ])
  func garbageIsRefused(_ text: String) {
    #expect(throws: IndexQueryError(.invalidCursor, "")) {
      try PageCursor(text, scope: Self.scope)
    }
  }

  @Test func changedTextIsRefusedOrReadWithoutTrapping() {
    var random = SeededRandom(seed: 3)
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
    let cursor = PageCursor([.instant(1_767_323_045_678_901), .text("at://did:web:a/b.c.d/e"), nil])
    let valid = Array(cursor.text(scope: Self.scope).utf8)
    for _ in 0..<3_000 {
      var bytes = valid
      for _ in 0...random.below(3) {
        switch random.below(3) {
        case 0: bytes[random.below(bytes.count)] = random.pick(alphabet)
        case 1: bytes.removeLast(random.below(bytes.count))
        default: bytes.insert(random.pick(alphabet), at: random.below(bytes.count + 1))
        }
        if bytes.isEmpty { bytes = valid }
      }
      let text = String(decoding: bytes, as: UTF8.self)
      // There is one text for each position, so that what can be read is written in the same way.
      if let read = try? PageCursor(text, scope: Self.scope) {
        #expect(read.text(scope: Self.scope) == text)
      }
    }
  }

  @Test func longestPositionOfARecordFits() throws {
    let value = IndexValue.text(String(repeating: "\u{10FFFF}", count: IndexLimits.valueBytes / 4))
    // did:web with the longest host name, the longest NSID, and the longest record key.
    let uri = IndexValue.text(String(repeating: "u", count: 5 + 261 + 1 + 317 + 1 + 512))
    let text = PageCursor([value, uri]).text(scope: Self.scope)
    #expect(text.utf8.count <= 4_096)
    #expect(try PageCursor(text, scope: Self.scope).parts == [value, uri])
  }

  @Test func textThatDoesNotFitIsCutAndOrderedAfterItsBeginning() throws {
    let long = "https://a.example/" + String(repeating: "ü", count: 4_000)
    let text = PageCursor([.integer(1), .text(long)]).text(scope: Self.scope)
    #expect(text.utf8.count <= 4_096)
    let parts = try PageCursor(text, scope: Self.scope).parts
    #expect(parts.count == 2 && parts[0] == .integer(1))
    guard case .text(let cut)?? = parts.last else {
      Issue.record("the text is gone")
      return
    }
    #expect(IndexValue.text(long) < .text(cut))
    #expect(
      long.hasPrefix(
        cut.unicodeScalars.dropLast().reduce(into: "") { $0.unicodeScalars.append($1) }
      )
    )
    let many = PageCursor([IndexValue?](repeating: .text(long), count: 16)).text(scope: "")
    #expect(many.utf8.count <= 4_096)
  }
}
