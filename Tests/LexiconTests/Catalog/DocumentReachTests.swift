import ATProtoSyntax
import Lexicon
import Testing

@Suite("Reach of a selection")
struct DocumentReachTests {
  private static func file(_ id: String, _ role: DocumentRole = .own) -> CatalogFile {
    CatalogFile(
      CheckedCatalogTests.file(id, #""main":{"type":"object","properties":{}}"#),
      role: role
    )
  }

  private static func object(
    _ id: String,
    _ others: [String] = [],
    _ role: DocumentRole = .own,
    path: String? = nil
  ) -> CatalogFile {
    let properties = others.enumerated()
      .map { "\"p\($0)\":{\"type\":\"ref\",\"ref\":\"\($1)\"}" }.joined(separator: ",")
    let text = "\"main\":{\"type\":\"object\",\"properties\":{\(properties)}}"
    return CatalogFile(CheckedCatalogTests.file(id, text, path: path), role: role)
  }

  private static func broken(_ id: String, _ role: DocumentRole = .own) -> CatalogFile {
    CatalogFile(CheckedCatalogTests.file(id, #""main":{"type":"objct"}"#), role: role)
  }

  private static func rules(_ checked: CheckedCatalog, _ roots: String...) -> [String] {
    checked.diagnostics(within: checked.reach(from: roots)).map(\.rule)
  }

  @Test("Findings count only if the selection contains or reaches their document")
  func findingsFollowReferences() {
    let checked = CheckedCatalog.check([
      Self.object("com.example.ok"),
      Self.object("com.example.user", ["com.example.broken"]),
      Self.broken("com.example.broken"),
      Self.broken("org.other.bad"),
    ])
    #expect(Self.rules(checked, "com.example.ok") == [])
    #expect(Self.rules(checked, "com.example.broken") == ["unknown-type"])
    #expect(Self.rules(checked, "com.example.user") == ["unknown-type", "depends-on-error"])
    #expect(Self.rules(checked, "com.example.absent") == [])
    #expect(
      checked.reach(from: ["com.example.user"]).nsids.sorted() == [
        "com.example.broken", "com.example.user",
      ]
    )
    #expect(
      checked.ownNSIDs == [
        "com.example.broken", "com.example.ok", "com.example.user", "org.other.bad",
      ]
    )
  }

  @Test("A cycle is reached from each of its documents, through documents with errors")
  func cyclesEnd() {
    let checked = CheckedCatalog.check([
      Self.object("com.example.a", ["com.example.b"]),
      CatalogFile(
        CheckedCatalogTests.file(
          "com.example.b",
          #""main":{"type":"object","properties":{"a":{"type":"ref","ref":"com.example.c"},"#
            + #""b":{"type":"float"}}}"#
        )
      ),
      Self.object("com.example.c", ["com.example.a"]),
    ])
    for root in ["com.example.a", "com.example.b", "com.example.c"] {
      #expect(checked.reach(from: [root]).nsids.count == 3)
      #expect(Self.rules(checked, root).contains("unknown-type"))
    }
  }

  @Test("A conflict of two documents is about both")
  func conflictsCountForBoth() {
    let checked = CheckedCatalog.check([
      Self.object("com.example.a", path: "one.json"),
      CatalogFile(
        CheckedCatalogTests.file("com.example.a", #""a":{"type":"token"}"#, path: "two.json")
      ),
      Self.object("com.example.getPost"), Self.object("com.example.getpost"),
      Self.object("com.example.b"),
    ])
    #expect(Self.rules(checked, "com.example.a") == ["duplicate-nsid"])
    #expect(Self.rules(checked, "com.example.getPost") == ["nsid-case-conflict"])
    #expect(Self.rules(checked, "com.example.getpost") == ["nsid-case-conflict"])
    #expect(Self.rules(checked, "com.example.b") == [])
  }

  @Test("An unreadable file counts if the selection refers to a name that its path spells")
  func unreadableFilesAreReached() {
    let malformed = CatalogFile(
      SourceFile(path: "x/com/example/b.json", bytes: Array("{".utf8))
    )
    let other = CatalogFile(SourceFile(path: "x/notes.json", bytes: Array("{}".utf8)))
    let checked = CheckedCatalog.check([
      Self.object("com.example.a", ["com.example.b"]), Self.object("com.example.c"), malformed,
      other,
    ])
    #expect(Self.rules(checked, "com.example.a") == ["depends-on-error", "json-syntax"])
    #expect(Self.rules(checked, "com.example.b") == ["json-syntax"])
    #expect(Self.rules(checked, "com.example.c") == [])
    #expect(checked.unnamedPaths == ["x/com/example/b.json", "x/notes.json"])
    let all = checked.reach(from: ["com.example.c"], others: checked.unnamedPaths)
    #expect(checked.diagnostics(within: all).map(\.rule) == ["json-syntax", "not-a-lexicon"])
  }

  @Test("References resolve names, and their errors count only if an own document reaches them")
  func referencesCountIfReached() {
    let checked = CheckedCatalog.check([
      Self.object("com.example.a", ["org.other.good"]),
      Self.object("com.example.b", ["org.other.broken"]),
      Self.file("org.other.good", .reference),
      Self.broken("org.other.broken", .reference),
      Self.broken("org.other.unused", .reference),
    ])
    #expect(checked.ownNSIDs == ["com.example.a", "com.example.b"])
    #expect(Self.rules(checked, "com.example.a") == [])
    #expect(Self.rules(checked, "com.example.b") == ["depends-on-error", "unknown-type"])
    #expect(checked.catalog["org.other.good"] != nil)
  }

  @Test("The project's own document wins over a reference, with a note unless they are equal")
  func ownDocumentWinsOverReference() throws {
    let own = Self.object("com.example.a", path: "own.json")
    let copy = Self.object("com.example.a", ["com.example.a"], .reference, path: "refs.json")
    let bad = CatalogFile(
      CheckedCatalogTests.file("com.example.a", #""main":{"type":"x"}"#, path: "bad.json"),
      role: .reference
    )
    for files in [[own, copy], [copy, own]] {
      let checked = CheckedCatalog.check(files)
      #expect(
        checked.diagnostics.map(\.description) == [
          "refs.json:1:19: note: the project's own 'com.example.a' is used instead of this copy "
            + "[shadowed-copy]\nown.json:1:19: note: the project's own document is here"
        ]
      )
      #expect(try #require(checked.catalog["com.example.a"]).id.location.path == "own.json")
      #expect(Self.rules(checked, "com.example.a") == ["shadowed-copy"])
    }
    let same = Self.object("com.example.a", [], .reference, path: "refs.json")
    #expect(CheckedCatalog.check([own, same]).diagnostics == [])
    #expect(CheckedCatalog.check([own, bad]).diagnostics.map(\.severity) == [.note])
    // The directory of references contains the project's own file.
    var again = own
    again.role = .reference
    #expect(CheckedCatalog.check([again, own]).diagnostics == [])
    #expect(CheckedCatalog.check([again, own]).ownNSIDs == ["com.example.a"])
  }

  @Test("A missing namespace is one error, restated for each selection")
  func missingNamespaceIsOneError() {
    let checked = CheckedCatalog.check([
      Self.object("com.example.a", ["org.other.one", "org.other.two"]),
      Self.object("com.example.b", ["org.other.one"]),
      Self.object("com.example.c", ["com.example.b"]),
      Self.object("com.example.d"),
    ])
    #expect(
      checked.diagnostics.map(\.message) == [
        "3 references lead to 2 documents of 'org.other', which are not among the inputs, "
          + "so 3 documents cannot be used"
      ]
    )
    #expect(checked.catalog.documents.map(\.id.value.string) == ["com.example.d"])
    let reach = checked.reach(from: ["com.example.c"])
    let found = checked.diagnostics(within: reach) { "; add \($0.root)" }
    #expect(
      found.map(\.description) == [
        "com.example.b.json:1:106: error: 1 reference leads to 'org.other.one', which is not among "
          + "the inputs, so 2 documents cannot be used; add org.other [missing-namespace]"
      ]
    )
    #expect(Self.rules(checked, "com.example.d") == [])
  }

  @Test("A document has a status, whether or not it is valid")
  func documentsHaveAStatus() {
    let external = LexiconDocument.parse(Self.file("net.third.x").file).document
    let checked = CheckedCatalog.check(
      [
        Self.object("com.example.ok", ["net.third.x"]),
        Self.object("com.example.user", ["com.example.middle"]),
        Self.object("com.example.middle", ["com.example.broken"]),
        Self.broken("com.example.broken"),
        Self.object("com.example.waiting", ["com.example.lost"]),
        CatalogFile(SourceFile(path: "com/example/lost.json", bytes: Array("[".utf8))),
        Self.object("com.example.far", ["dev.fourth.zzz"]),
        Self.file("org.another.x", .reference),
      ],
      external: external.map { [$0] } ?? []
    )
    func status(_ nsid: String) -> String {
      switch checked.status(of: nsid) {
      case .valid(let role): "valid \(role)"
      case .hasErrors(let first): "errors \(first.rule)"
      case .dependsOn(let other, let first): "depends on \(other) \(first.rule)"
      case .unreadable(let path): "unreadable \(path)"
      case .unknown(let nearest): "unknown \(nearest ?? "-")"
      }
    }
    #expect(status("com.example.ok") == "valid own")
    #expect(status("org.another.x") == "valid reference")
    #expect(status("net.third.x") == "valid external")
    #expect(status("com.example.broken") == "errors unknown-type")
    #expect(status("com.example.user") == "depends on com.example.broken unknown-type")
    #expect(status("com.example.waiting") == "depends on com.example.lost json-syntax")
    #expect(status("com.example.lost") == "unreadable com/example/lost.json")
    #expect(status("com.example.far") == "errors missing-namespace")
    #expect(status("com.example.usr") == "unknown com.example.user")
    #expect(status("app.bsky.feed.post") == "unknown -")
  }

  @Test("A chain of 20,000 documents is reached")
  func longChainsAreReached() {
    let count = 20_000
    let files = (0..<count).map { index in
      Self.object("com.example.n\(index)", index + 1 < count ? ["com.example.n\(index + 1)"] : [])
    }
    let checked = CheckedCatalog.check(files)
    #expect(checked.reach(from: ["com.example.n0"]).nsids.count == count)
    #expect(checked.reach(from: checked.ownNSIDs).nsids.count == count)
  }
}
