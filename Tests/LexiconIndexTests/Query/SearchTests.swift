import Testing

@testable import LexiconIndex

/// Words as a search compares them.
@Suite struct SearchWordsTests {
  @Test(
    arguments: [
      ("", []),
      ("  ... !?", []),
      ("Hello, World!", ["hello", "world"]),
      ("snake_case and kebab-case", ["snake_case", "and", "kebab", "case"]),
      ("don't a.b@c.d #tag 3.14", ["don", "t", "a", "b", "c", "d", "tag", "3", "14"]),
      ("STRASSE Straße STRAẞE", ["strasse", "strasse", "strasse"]),
      ("ΣΊΣΥΦΟΣ Σίσυφος", ["σίσυφοσ", "σίσυφοσ"]),
      ("İstanbul ısı", ["i\u{307}stanbul", "ısı"]),
      ("Ünïcödé É e\u{301}", ["ünïcödé", "é", "é"]),
      ("ﬁne ﬀ Ⅷ ① ½ ² ㌔", ["fine", "ff", "viii", "1", "1", "2", "2", "キロ"]),
      ("Ｆｕｌｌ－ｗｉｄｔｈ", ["full", "width"]),
      ("\u{212B}ngström \u{212A}elvin", ["ångström", "kelvin"]),
      ("Привет, МИР", ["привет", "мир"]),
      ("日本語。テスト ﾃｽﾄ", ["日本語", "テスト", "テスト"]),
      ("हिन्दी ไทย", ["हिन्दी", "ไทย"]),
      ("한국어 \u{1112}\u{1161}\u{11AB}", ["한국어", "한"]),
      ("🦋sky❤️blue 1️⃣", ["sky", "blue", "1"]),
      ("Ꭰ ꭰ", ["Ꭰ", "Ꭰ"]),
      ("a\u{0}b\nc", ["a", "b", "c"]),
      ("<\u{338}x", ["x"]),
    ] as [(String, [String])]
  )
  func wordsAreFolded(_ text: String, _ words: [String]) {
    let found = SearchWords.words(in: text)
    #expect(found == words)
    // Equal also in bytes, because databases compare bytes.
    #expect(found.map { Array($0.utf8) } == words.map { Array($0.utf8) })
  }

  @Test func numberOfWordsIsBounded() {
    #expect(SearchWords.words(in: "a b c d", maximum: 2) == ["a", "b"])
    #expect(SearchWords.words(in: "ä ö ü", maximum: 2) == ["ä", "ö"])
    #expect(SearchWords.words(in: "a b", maximum: 0) == [])
    #expect(SearchWords.scan("a b", maximum: 2).isComplete)
    #expect(!SearchWords.scan("a b c", maximum: 2).isComplete)
    #expect(SearchWords.words(in: "a b", maximum: .max) == ["a", "b"])
  }

  @Test func longWordIsCut() {
    let word = String(repeating: "x", count: 5_000)
    #expect(SearchWords.words(in: word) == [String(repeating: "x", count: IndexLimits.wordBytes)])
    let wide = SearchWords.words(in: String(repeating: "日", count: 1_000))
    #expect(wide == [String(repeating: "日", count: IndexLimits.wordBytes / 3)])
  }

  @Test func megabyteOfExpandingTextIsBounded() {
    let text = String(repeating: "\u{FDFA}", count: 350_000)
    let found = SearchWords.scan(text, maximum: IndexLimits.entriesPerRecord)
    #expect(found.words.count == IndexLimits.entriesPerRecord)
    #expect(!found.isComplete)
  }

  @Test func charactersThatSkipNormalizationAreNotChangedByIt() {
    for value in UInt32(0x80)...0x1FAFF {
      guard let scalar = Unicode.Scalar(value), FoldedText.isStable(scalar) else { continue }
      let text = String(Character(scalar))
      #expect(FoldedText.scalars(of: text) == FoldedText.normalizedScalars(of: text), "\(value)")
    }
  }

  @Test func foldingTwiceChangesNothing() {
    var random = SeededRandom(seed: 9)
    for _ in 0..<2_000 {
      var text = String.UnicodeScalarView()
      for _ in 0..<random.below(8) {
        let value = UInt32(random.below(random.pick([0x80, 0x500, 0x2200, 0x1_0000, 0x2_0000])))
        if let scalar = Unicode.Scalar(value) { text.append(scalar) }
      }
      let words = SearchWords.words(in: String(text))
      for word in words { #expect(SearchWords.words(in: word) == [word], "\(word)") }
    }
  }
}

/// The texts of searches.
@Suite struct SearchTests {
  private static let plan = Lexicons.photoPlan

  @Test(
    arguments: [
      ("cat", [["cat"]], []),
      ("Cat CAT dog", [["cat"], ["dog"]], []),
      ("\"blue hour\" cat", [["blue", "hour"], ["cat"]], []),
      ("cat -dog", [["cat"]], [["dog"]]),
      ("cat -\"blue hour\"", [["cat"]], [["blue", "hour"]]),
      ("cat -blue-hour", [["cat"]], [["blue", "hour"]]),
      ("blue-hour", [["blue"], ["hour"]], []),
      ("cat - dog", [["cat"], ["dog"]], []),
      ("cat \"\" -\"\" -", [["cat"]], []),
      ("cat \"dog", [["cat"], ["dog"]], []),
      ("a\"b c\"d", [["a"], ["b", "c"], ["d"]], []),
      (
        "cat OR dog AND NOT (cow) NEAR/3",
        [
          ["cat"], ["or"], ["dog"], ["and"], ["not"], ["cow"],
          ["near"], ["3"],
        ], []
      ),
      ("title:cat* ^dog", [["title"], ["cat"], ["dog"]], []),
      ("x'y;DROP", [["x"], ["y"], ["drop"]], []),
    ] as [(String, [[String]], [[String]])]
  )
  func searchIsParsed(_ text: String, _ required: [[String]], _ excluded: [[String]]) throws {
    let expression = try Self.plan.search(text, fields: nil)
    #expect(expression == SearchExpression(required: required, excluded: excluded))
  }

  @Test(arguments: [
    ("", "no words"), ("  ", "no words"), ("\"\"", "no words"), ("!!! ...", "no words"),
    ("-cat", "excluded"), ("-cat -\"a b\"", "excluded"),
    ((0..<65).map { "w\($0)" }.joined(separator: " "), "65 terms"),
  ])
  func searchThatFindsNothingOrTooMuchIsRefused(_ text: String, _ reason: String) {
    let error = #expect(throws: IndexQueryError.self) { try Self.plan.search(text, fields: nil) }
    #expect(error?.code == .invalidRequest)
    #expect(error?.reason.contains(reason) == true)
  }

  @Test func sixtyFourTermsAreAllowed() throws {
    let text = (0..<64).map { "w\($0)" }.joined(separator: " ")
    #expect(try Self.plan.search(text, fields: nil).required.count == 64)
  }

  @Test func fieldsNarrowTheSearch() throws {
    func numbers(_ paths: [String]) -> [Int] {
      Self.plan.fields.filter { paths.contains($0.path) }.map(\.number)
    }
    #expect(
      try Self.plan.search("cat", fields: ["title", "tags[]"]).fields
        == numbers(["title", "tags[]"])
    )
    #expect(
      try Self.plan.search("cat", fields: ["media.alt"]).fields
        == numbers(["media[com.example.photo#picture].alt"])
    )
    // One of three is text.
    #expect(
      try Self.plan.search("cat", fields: ["media.size"]).fields
        == numbers(["media[com.example.photo#film].size"])
    )
    #expect(try Self.plan.search("cat", fields: []).fields == nil)
  }

  @Test(arguments: [
    ("rating", "its type is integer"), ("owner", "identifiers"), ("mood", "listed"),
    ("place", "object"), ("tags", "write 'tags[]'"), ("$uri", "it is not text"),
  ])
  func fieldWithoutWordsIsRefused(_ path: String, _ reason: String) {
    let error = #expect(throws: IndexQueryError.self) {
      try Self.plan.search("cat", fields: [path])
    }
    #expect(error?.code == .invalidFilter)
    #expect(error?.reason.contains(reason) == true, "\(error?.reason ?? "")")
  }

  @Test func unknownFieldIsRefused() {
    #expect(throws: IndexQueryError(.unknownField, "")) {
      try Self.plan.search("cat", fields: ["nothing"])
    }
  }
}
