import ATProtoData
import ATProtoSyntax
import Lexicon
import Testing

@testable import LexiconResolution

/// Documents in files, before they are published.
@Suite struct LocalLexiconsTests {
  private static func file(_ text: String, _ path: String = "lexicons/a.json") -> SourceFile {
    SourceFile(path: path, bytes: Array(text.utf8))
  }

  /// A document with one definition, the properties of an object.
  private static func document(_ id: String = "com.example.a", _ properties: String = "") -> String
  {
    #"{"lexicon":1,"id":"\#(id)","defs":{"main":{"type":"object","properties":{\#(properties)}}}}"#
  }

  private static func problems(
    _ files: [SourceFile],
    named: Set<String> = [],
    check: LocalLexicons.Check = .language
  ) -> [Diagnostic] {
    do throws(LocalLexicons.Failure) {
      _ = try LocalLexicons(files, named: named, check: check)
      return []
    } catch {
      return error.diagnostics
    }
  }

  @Test func recordIsTheDocumentWithItsType() throws {
    let read = try LocalLexicons([Self.file(Self.document())])
    let document = try #require(read.documents.first)
    #expect(document.nsid.string == "com.example.a" && document.path == "lexicons/a.json")
    #expect(document.record["$type"] == "com.atproto.lexicon.schema")
    var value = try DataValue(json: Self.document())
    value["$type"] = "com.atproto.lexicon.schema"
    #expect(document.record == value)
  }

  @Test func fileThatHasTheTypeIsTheSameRecord() throws {
    let typed = #"{"$type":"com.atproto.lexicon.schema","# + Self.document().dropFirst()
    let cids = try [Self.document(), typed].map { text in
      try LocalLexicons([Self.file(text)]).documents.map(\.cid)
    }
    #expect(cids[0] == cids[1] && cids[0].count == 1)
  }

  @Test func recordOfUpToOneMebibyteIsRead() throws {
    let ones = "[" + String(repeating: "1,", count: 1_000_000) + "1]"
    let key = String(repeating: "k", count: 1_000_000)
    for field in [#""x":\#(ones)"#, #""\#(key)":1"#] {
      let text = "{\(field)," + Self.document().dropFirst()
      #expect(try LocalLexicons([Self.file(text)]).documents.count == 1)
    }
  }

  @Test func yamlIsTheSameRecordAsJSON() throws {
    let yaml = """
      lexicon: 1
      id: com.example.a
      defs:
        main:
          type: object
          properties: {}
      """
    let both = try [Self.file(Self.document()), Self.file(yaml, "a.yaml")].map { file in
      try LocalLexicons([file]).documents[0].cid
    }
    #expect(both[0] == both[1])
  }

  @Test(arguments: [
    (document().dropLast().description, "json-syntax"),
    (#"{"lexicon":1,"lexicon":1,"id":"com.example.a","defs":{}}"#, "duplicate-key"),
    (document("com.example.a", #""n":{"type":"integer","weight":0.5}"#), "data-model"),
    (document("com.example.a", #""n":{"type":"strin"}"#), "unknown-type"),
    (document("com.Example.a"), "nsid-upper-case"), (document("nothing"), "bad-nsid"),
    (#"{"$type":"app.bsky.feed.post","# + document().dropFirst(), "data-model"),
    (#"{"id":"com.example.a","defs":{"main":{"type":"object"}}}"#, "missing-version"),
  ])
  func documentThatIsNotValidIsReportedWithItsFile(_ text: String, _ rule: String) throws {
    let sound = Self.file(Self.document("com.example.b"), "lexicons/b.json")
    let problems = Self.problems([sound, Self.file(text)])
    #expect(problems.contains { $0.rule == rule }, "\(problems)")
    #expect(problems.allSatisfy { $0.location.path == "lexicons/a.json" })
  }

  @Test func allProblemsAreReportedAtOnce() {
    let broken = ["a", "b", "c"].map { Self.file("{", "lexicons/\($0).json") }
    #expect(Self.problems(broken).map(\.location.path) == broken.map(\.path))
  }

  @Test func twoDifferentDocumentsOfOneNameAreRefused() {
    let files = [
      Self.file(Self.document()),
      Self.file(Self.document("com.example.a", #""n":{"type":"integer"}"#), "lexicons/b.json"),
    ]
    #expect(Self.problems(files).contains { $0.rule == "duplicate-nsid" })
  }

  @Test func recordOfMoreThanAMebibyteIsRefused() {
    let text = String(repeating: "a", count: LocalLexicons.maximumRecordBytes)
    let file = Self.file(
      Self.document("com.example.a", #""n":{"type":"integer","description":"\#(text)"}"#)
    )
    #expect(Self.problems([file]).map(\.rule) == ["too-large"])
  }

  @Test func fileOfAnotherKindIsSkippedUnlessItIsNamed() throws {
    let files = [Self.file(Self.document()), Self.file(#"{"name":"a"}"#, "package.json")]
    let read = try LocalLexicons(files)
    #expect(read.documents.count == 1 && read.skipped == ["package.json"])
    #expect(Self.problems(files, named: ["package.json"]).map(\.rule) == ["not-a-lexicon"])
  }

  @Test func unresolvedReferencesAndAdviceDoNotHinder() throws {
    let text = Self.document(
      "com.example.a",
      #""s":{"type":"string"},"r":{"type":"ref","ref":"com.example.other#thing"}"#
    )
    #expect(try LocalLexicons([Self.file(text)]).documents.count == 1)
    #expect(!Self.problems([Self.file(text)], check: .advice).isEmpty)
  }

  @Test func formAloneAcceptsErrorsOfTheLanguage() throws {
    let text = Self.document("com.example.a", #""n":{"type":"later"}"#)
    #expect(!Self.problems([Self.file(text)]).isEmpty)
    #expect(try LocalLexicons([Self.file(text)], check: .form).documents.count == 1)
  }
}
