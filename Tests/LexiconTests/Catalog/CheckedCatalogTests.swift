import ATProtoSyntax
import Lexicon
import Testing

@Suite("Checked catalog")
struct CheckedCatalogTests {
  static func file(_ id: String, _ definitions: String, path: String? = nil) -> SourceFile {
    let text = "{\"lexicon\":1,\"id\":\"\(id)\",\"defs\":{\(definitions)}}"
    return SourceFile(path: path ?? "\(id).json", bytes: Array(text.utf8))
  }

  /// An object whose properties refer to the main definitions of other documents.
  static func object(_ id: String, refersTo others: String...) -> SourceFile {
    let properties = others.enumerated()
      .map { "\"p\($0)\":{\"type\":\"ref\",\"ref\":\"\($1)\"}" }.joined(separator: ",")
    return file(id, "\"main\":{\"type\":\"object\",\"properties\":{\(properties)}}")
  }

  @Test("A document with an error is removed with its dependents, and the others stay")
  func errorRemovesDependents() {
    let checked = CheckedCatalog.check([
      Self.object("com.example.a", refersTo: "com.example.b"),
      Self.object("com.example.b", refersTo: "com.example.broken"),
      Self.file("com.example.broken", "\"main\":{\"type\":\"objct\"}"),
      Self.object("com.example.good", refersTo: "com.example.other"),
      Self.object("com.example.other", refersTo: "com.example.good"),
    ])
    #expect(
      checked.removed.map(\.string) == ["com.example.a", "com.example.b", "com.example.broken"]
    )
    let kept = checked.catalog.documents.map(\.id.value.string)
    #expect(kept == ["com.example.good", "com.example.other"])
    #expect(checked.diagnostics.filter { $0.severity == .error }.count == 1)
    #expect(checked.diagnostics.filter { $0.rule == "depends-on-error" }.count == 2)
  }

  @Test("A document that refers to a malformed file is skipped without an error of its own")
  func malformedFileSkipsDependents() {
    let checked = CheckedCatalog.check([
      Self.object("com.example.a", refersTo: "com.example.b"),
      SourceFile(path: "x/com/example/b.json", bytes: Array("{".utf8)),
      Self.object("com.example.c", refersTo: "com.example.d"),
      SourceFile(path: "x/com/example/d.json", bytes: Array("{\"lexicon\":1,\"id\":2}".utf8)),
    ])
    #expect(checked.catalog.documents.isEmpty)
    #expect(
      checked.diagnostics.map(\.description) == [
        "com.example.a.json:1:106: note: 'com.example.a' is skipped because it refers to "
          + "'com.example.b', which is probably in the invalid file 'x/com/example/b.json' "
          + "[depends-on-error]",
        "com.example.c.json:1:106: note: 'com.example.c' is skipped because it refers to "
          + "'com.example.d', which is probably in the invalid file 'x/com/example/d.json' "
          + "[depends-on-error]",
        "x/com/example/b.json:1:2: error: expected a key or '}', found the end of the file "
          + "[json-syntax]",
        "x/com/example/d.json:1:1: error: a Lexicon document must have the field 'defs' "
          + "[missing-field]",
        "x/com/example/d.json:1:19: error: 'id' is an integer; expected a string [wrong-type]",
      ]
    )
  }

  @Test("Two different documents with one NSID are both removed, in any order of the files")
  func duplicatesAreRemoved() {
    let token = "\"a\":{\"type\":\"token\"}"
    let files = [
      Self.file("com.example.a", token, path: "one.json"),
      Self.file("com.example.a", "\"b\":{\"type\":\"token\"}", path: "two.json"),
      Self.file("com.example.c", token, path: "three.json"),
    ]
    for files in [files, files.reversed()] {
      let checked = CheckedCatalog.check(files)
      #expect(
        checked.diagnostics.map(\.description) == [
          "two.json:1:19: error: 'com.example.a' is also defined in another file [duplicate-nsid]\n"
            + "one.json:1:19: note: first defined here"
        ]
      )
      #expect(checked.catalog.documents.map(\.id.value.string) == ["com.example.c"])
      #expect(checked.removed.map(\.string) == ["com.example.a"])
    }
    let copies = CheckedCatalog.check([
      files[0], Self.file("com.example.a", token, path: "two.json"),
    ])
    #expect(
      copies.diagnostics.map(\.description) == [
        "two.json:1:19: warning: 'com.example.a' is also defined in another file, with the same content "
          + "[duplicate-nsid]\none.json:1:19: note: first defined here"
      ]
    )
    #expect(copies.catalog.documents.count == 1)
  }

  @Test("NSIDs that differ only in case are an error")
  func caseConflictIsAnError() {
    let token = "\"a\":{\"type\":\"token\"}"
    let checked = CheckedCatalog.check([
      Self.file("com.example.getPost", token), Self.file("com.example.getpost", token),
    ])
    #expect(
      checked.diagnostics.map(\.description) == [
        "com.example.getpost.json:1:19: error: 'com.example.getpost' and 'com.example.getPost' "
          + "differ only in case [nsid-case-conflict]\n"
          + "com.example.getPost.json:1:19: note: 'com.example.getPost' is here"
      ]
    )
    #expect(checked.removed.count == 2)
  }

  @Test(
    "A path that spells a different NSID than the id is a warning",
    arguments: [
      ("com/example/feed/post.json", nil),
      ("lexicons/com/example/feed/post.json", nil),
      ("post.json", nil),
      ("work/schemas/post.json", nil),
      ("com.example.feed.post.json", nil),
      ("com.example.feed.like.json", "com.example.feed.like"),
      ("lexicons/com/example/feed/like.json", "com.example.feed.like"),
      ("lexicons/com/example/post.yaml", "com.example.post"),
    ]
  )
  func pathMismatchIsAWarning(_ path: String, _ expected: String?) {
    let text =
      "{\"lexicon\": 1, \"id\": \"com.example.feed.post\", \"defs\": {\"a\": {\"type\": \"token\"}}}"
    let result = LexiconDocument.parse(SourceFile(path: path, bytes: Array(text.utf8)))
    #expect(result.document != nil)
    let warning = expected.map {
      "the file path spells '\($0)', but 'id' is 'com.example.feed.post'"
    }
    #expect(result.diagnostics.map(\.message) == (warning.map { [$0] } ?? []))
  }

  @Test("A closure contains all dependencies, and a chain of references explains each")
  func closureContainsDependencies() throws {
    let checked = CheckedCatalog.check([
      Self.object("com.example.a", refersTo: "com.example.b", "com.example.c"),
      Self.object("com.example.b", refersTo: "com.example.d"),
      Self.object("com.example.c", refersTo: "com.example.b"),
      Self.object("com.example.d", refersTo: "com.example.a"),
      Self.object("com.example.e", refersTo: "com.example.d"),
      Self.object("com.example.f"),
    ])
    #expect(checked.diagnostics == [])
    func closure(_ roots: String...) throws -> String {
      try checked.closure(of: roots.map { try NSID($0) }).map(\.name).joined()
    }
    #expect(try closure("com.example.a") == "abcd")
    #expect(try closure("com.example.f", "com.example.e") == "abcdef")
    #expect(try closure("com.example.f") == "f")
    #expect(try closure("com.example.absent") == "")
    func why(_ nsid: String, _ roots: String...) throws -> String? {
      try checked.why(NSID(nsid), from: roots.map { try NSID($0) })?.map(\.name).joined()
    }
    #expect(try why("com.example.d", "com.example.a") == "abd")
    #expect(try why("com.example.d", "com.example.a", "com.example.e") == "ed")
    #expect(try why("com.example.a", "com.example.a") == "a")
    #expect(try why("com.example.f", "com.example.a") == nil)
    #expect(try why("com.example.absent", "com.example.a") == nil)
  }

  @Test("External documents resolve references and are not in the catalog")
  func externalDocumentsResolveReferences() {
    let strong = Self.file("com.example.strong", "\"main\":{\"type\":\"object\",\"properties\":{}}")
    let outside = LexiconDocument.parse(strong).document.map { [$0] } ?? []
    let file = Self.object("org.other.a", refersTo: "com.example.strong")
    #expect(CheckedCatalog.check([file]).removed.map(\.string) == ["org.other.a"])
    let checked = CheckedCatalog.check([file], external: outside)
    #expect(checked.diagnostics == [])
    #expect(checked.catalog.documents.map(\.id.value.string) == ["org.other.a"])
    #expect(checked.closure(of: ["org.other.a"]).map(\.string) == ["org.other.a"])
  }

  @Test("Local references and references with '#main' are resolved to one form")
  func referencesAreNormalized() throws {
    let text = """
      "main":{"type":"object","properties":{
      "a":{"type":"ref","ref":"#main"},"b":{"type":"ref","ref":"com.example.a#main"},
      "c":{"type":"ref","ref":"com.example.a"},"d":{"type":"ref","ref":"#other"}}},
      "other":{"type":"string","description":"Text."}
      """
    let checked = CheckedCatalog.check([Self.file("com.example.a", text)])
    let document = try #require(checked.catalog["com.example.a"])
    var found: [Reference] = []
    document.forEachReference { reference, use in
      #expect(use == .ref)
      found.append(reference)
    }
    #expect(
      found.map(\.id) == [
        "com.example.a", "com.example.a", "com.example.a", "com.example.a#other",
      ]
    )
    #expect(checked.catalog.definition(found[0])?.typeName == "object")
    #expect(checked.catalog.definition(found[3])?.description == "Text.")
    #expect(checked.catalog["com.example.b"] == nil)
  }

  @Test("A recursive definition with a finite value is valid")
  func finiteRecursionIsValid() {
    let bodies = [
      // Optional, nullable, in an array that may be empty, in an open union, and in a closed union
      // with another member.
      "\"n\":{\"type\":\"object\",\"properties\":{\"x\":{\"type\":\"ref\",\"ref\":\"#n\"}}}",
      """
      "n":{"type":"object","required":["x"],"nullable":["x"],
      "properties":{"x":{"type":"ref","ref":"#n"}}}
      """,
      """
      "n":{"type":"object","required":["x"],"properties":{"x":{"type":"array",
      "items":{"type":"ref","ref":"#n"}}}}
      """,
      """
      "n":{"type":"object","required":["x"],"properties":{"x":{"type":"union","refs":["#n"]}}}
      """,
      """
      "n":{"type":"object","required":["x"],"properties":{"x":{"type":"union","closed":true,
      "refs":["#n","#leaf"]}}},"leaf":{"type":"object","properties":{}}
      """,
      // An array of objects that contain the array is not an array of itself.
      """
      "n":{"type":"array","items":{"type":"ref","ref":"#o"}},
      "o":{"type":"object","required":["n"],"properties":{"n":{"type":"ref","ref":"#n"}}}
      """,
    ]
    for body in bodies {
      #expect(CheckedCatalog.check([Self.file("com.example.a", body)]).diagnostics == [])
    }
  }
}
