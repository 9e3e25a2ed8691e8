import ATProtoData
import Foundation
import TestSupport
import Testing

/// `atproto lexicon status`, `list`, `check-dns`, and `unpublish`.
@Suite(.enabled(if: NameServer.isInstalled)) struct LexiconStatusCommandTests {
  @Test func statusComparesFilesWithWhatIsPublished() throws {
    let fixture = try PublicationFixture()
    for name in ["a", "b", "c"] { try fixture.write("com.example.garden.\(name)") }
    #expect(try fixture.json("publish").status == 0)
    #expect(try fixture.json("status", "--check").status == 0)
    try fixture.write("com.example.garden.b", ["more"])
    try fixture.remove("com.example.garden.c.json")
    try fixture.write("com.example.garden.d")
    let rows = try fixture.json("status").value
    #expect(rows.column("nsid") == ["a", "b", "c", "d"].map { "com.example.garden.\($0)" })
    #expect(rows.column("state") == ["same", "changed", "published-only", "local-only"])
    #expect(rows.column("dns") == ["ok", "ok", "ok", "ok"])
    #expect(rows.column("did") == Array(repeating: fixture.did, count: 4))
    #expect(rows[0]?["local"] == rows[0]?["published"] && rows[0]?["local"]?.string != nil)
    #expect(rows[1]?["local"] != rows[1]?["published"])
    #expect(rows[2]?["local"] == .null && rows[3]?["published"] == .null)
    #expect(rows[0]?["installed"] == false)
    #expect(try fixture.json("status", "--check").status == 1)
  }

  @Test func statusNamesWhatIsWrongWithADomain() throws {
    let fixture = try PublicationFixture()
    for group in ["com.example.bad", "com.example.none", "com.example.two", "invalid.garden"] {
      try fixture.write("\(group).a")
    }
    let rows = try fixture.json("status").value
    #expect(rows.column("state") == Array(repeating: "local-only", count: 4))
    #expect(rows.column("dns") == ["malformed", "missing", "ambiguous", "reserved"])
    #expect(try fixture.json("status", "--check").status == 1)
  }

  @Test func statusOfAnInstalledDocumentSaysSo() throws {
    let fixture = try PublicationFixture()
    try fixture.write("com.example.garden.a")
    #expect(try fixture.json("publish").status == 0)
    try fixture.remove("com.example.garden.a.json")
    #expect(try fixture.lexicon("install", "com.example.garden.a").status == 0)
    let rows = try fixture.json("status").value
    #expect(rows.column("state") == ["same"] && rows[0]?["installed"] == true)
  }

  @Test func missingRecordIsPrintedAsAZoneLine() throws {
    let fixture = try PublicationFixture()
    try fixture.write("com.example.garden.a")
    #expect(try fixture.lexicon("check-dns").status == 0)
    try fixture.write("com.example.none.a")
    try fixture.write("com.example.none.b")
    let child = try fixture.lexicon("check-dns")
    let line = #"_lexicon.none.example.com  TXT  "did=\#(fixture.did)""#
    #expect(child.status == 1 && child.lines.contains(line), "\(child.lines)")
    let rows = try fixture.json("check-dns").value
    #expect(rows.column("group") == ["com.example.garden.*", "com.example.none.*"])
    #expect(rows.column("dns") == ["ok", "missing"])
    #expect(rows.column("record") == [nil, line])
  }

  @Test func otherDIDThanTheExpectedOneIsAFailure() throws {
    let fixture = try PublicationFixture()
    try fixture.write("com.example.garden.a")
    #expect(try fixture.lexicon("check-dns", "--did", fixture.did).status == 0)
    let other = PublicationFixture.otherDID
    let child = try fixture.lexicon("check-dns", "--did", other)
    #expect(child.status == 1)
    #expect(child.lines.contains(#"_lexicon.garden.example.com  TXT  "did=\#(other)""#))
  }

  @Test func listPrintsTheNamesOfOneGroup() throws {
    let fixture = try PublicationFixture()
    for name in ["b", "a"] { try fixture.write("com.example.garden.\(name)") }
    try fixture.write("com.example.gardening.a")
    #expect(try fixture.json("publish", "--skip-dns-check").status == 0)
    let names = ["com.example.garden.a", "com.example.garden.b"]
    #expect(try fixture.lexicon("list", "com.example.garden.*").lines == names)
    #expect(try fixture.lexicon("list", "com.example.garden.zzz").lines == names)
    let missing = try fixture.json("list", "com.example.none.*")
    #expect(missing.status == 1 && missing.value["error"] == "AuthorityNotFound")
    #expect(try fixture.lexicon("list", "com..x").status == 2)
  }

  @Test func unpublishDeletesAllOrNothing() throws {
    let fixture = try PublicationFixture()
    for name in ["a", "b"] { try fixture.write("com.example.garden.\(name)") }
    #expect(try fixture.json("publish").status == 0)
    let commit = try fixture.commit()
    let refused = try fixture.json("unpublish", "com.example.garden.a", "com.example.garden.c")
    #expect(refused.status == 1 && refused.value["error"] == "RecordNotFound")
    #expect(refused.value["nsid"] == "com.example.garden.c")
    #expect(
      try fixture.json("unpublish", "com.example.garden.a", "--dry-run").status == 0
    )
    #expect(try fixture.commit() == commit)
    #expect(try fixture.lexicon("unpublish", "com.example.garden.a").status == 0)
    #expect(try fixture.lexicon("list", "com.example.garden.*").lines == ["com.example.garden.b"])
    let files = try fixture.network.folder.names(below: "author/lexicons")
    #expect(files == ["com.example.garden.a.json", "com.example.garden.b.json"])
  }
}
