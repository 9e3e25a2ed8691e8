import ATProtoSyntax
import Testing

@Suite struct LanguageTests {
  @Test(
    "a valid tag is kept unchanged",
    arguments: [
      "ja", "ban", "pt-BR", "hy-Latn-IT-arevela", "zh-cmn-Hans-CN", "sl-rozaj-biske-1994", "es-419",
      "de-CH-x-phonebk", "az-Arab-x-AZE-derbend", "en-US-u-islamcal", "zh-min-nan", "art-lojban",
      "i-klingon", "sgn-BE-FR", "en-GB-oed", "x-whatever", "X-a-1", "en-a-myext-b-another",
      "de-1996", "en-u-co-phonebk-t-en-US",
    ]
  )
  func valid(_ text: String) throws {
    #expect(try Language(text).string == text)
  }

  @Test(
    "a string that is not a language tag is rejected with the code of its error",
    arguments: [
      ("", SyntaxError.Code.incomplete), ("j", .segment), ("JA", .segment), ("jaja", .segment),
      ("123", .segment), ("ja-", .segment), ("-ja", .segment), ("ja--JP", .segment),
      ("a-DE", .segment), ("i-unknown", .segment), ("i", .segment), ("x", .incomplete),
      ("ja_JP", .character), ("ja-日本", .character), ("de-419-DE", .segment),
      ("ar-a-aaa-b-bbb-a-ccc", .duplicate), ("de-DE-1901-1901", .duplicate),
      ("en-rozaj-ROZAJ", .duplicate), ("en-a", .incomplete), ("en-a-b", .incomplete),
      ("en-x", .incomplete), ("en-waytoolong1", .segment), ("zh-aaa-bbb-ccc-ddd", .segment),
    ]
  )
  func invalid(_ text: String, _ expected: SyntaxError.Code) {
    #expect(code(Language.self, text) == expected)
  }

  @Test("a tag has subtags and a primary language")
  func parts() {
    #expect(("pt-BR" as Language).primaryLanguage == "pt")
    #expect(("x-pt" as Language).primaryLanguage == nil)
    #expect(("i-default" as Language).primaryLanguage == nil)
    #expect(("pt-BR" as Language).subtags == ["pt", "BR"])
  }

  /// RFC 5646, 2.1.1, with its examples.
  @Test(
    "a tag is normalized to the recommended case",
    arguments: [
      ("ja", "ja"), ("pt-br", "pt-BR"), ("en-CA-X-CA", "en-CA-x-ca"), ("sgn-be-FR", "sgn-BE-FR"),
      ("az-LATN-x-Latn", "az-Latn-x-latn"), ("zh-hANT", "zh-Hant"),
      ("en-A-BB-CCCC", "en-a-bb-cccc"),
      ("es-419", "es-419"), ("de-1901", "de-1901"), ("hy-latn-it-AREVELA", "hy-Latn-IT-arevela"),
      ("i-DEFAULT", "i-default"), ("x-Ab", "x-ab"),
    ]
  )
  func normalizes(_ text: String, _ expected: String) throws {
    let normalized = try Language(text).normalized
    #expect(normalized.string == expected)
    #expect(try Language(expected) == normalized)
    #expect(normalized.normalized == normalized)
  }
}
