import ATProtoData
import Foundation
import TestSupport
import Testing

/// `atproto lexicon publish` against a PDS, a PLC directory, and a name server.
@Suite(.enabled(if: NameServer.isInstalled)) struct LexiconPublishCommandTests {
  private static func states(_ value: DataValue) -> [String?] {
    value["documents"]?.column("state") ?? []
  }

  @Test func publishedDocumentsAreResolvedInstalledAndVerified() throws {
    let fixture = try PublicationFixture()
    try fixture.write(
      #"{"lexicon":1,"id":"com.example.garden.defs","defs":{"bed":{"type":"object","properties":{}}}}"#,
      to: "defs.json"
    )
    try fixture.write(
      """
      {"lexicon": 1, "id": "com.example.garden.plot", "defs": {"main": {"type": "object",
      "properties": {"bed": {"type": "ref", "ref": "com.example.garden.defs#bed"}}}}}
      """,
      to: "any/name.json"
    )
    let published = try fixture.json("publish")
    #expect(published.status == 0)
    #expect(Self.states(published.value) == ["create", "create"])
    #expect(published.value["did"]?.string == fixture.did)
    let commit = try fixture.commit()

    let resolved = try fixture.json("resolve", "com.example.garden.plot")
    let row = try #require(published.value["documents"]?[1])
    #expect(resolved.status == 0)
    #expect(resolved.value["cid"] == row["cid"] && resolved.value["uri"] == row["uri"])

    try fixture.network.folder.folder("reader")
    let installed = try fixture.lexicon(
      arguments: ["install", "com.example.garden.plot"],
      in: "reader"
    )
    #expect(installed.status == 0, "\(String(decoding: installed.error, as: UTF8.self))")
    let files = try fixture.network.folder.names(below: "reader/lexicons")
    #expect(files == ["com/example/garden/defs.json", "com/example/garden/plot.json"])
    #expect(try fixture.lexicon(arguments: ["verify"], in: "reader").status == 0)

    // Nothing to do is no commit.
    let again = try fixture.json("publish")
    #expect(again.status == 0 && Self.states(again.value) == ["same", "same"])
    #expect(try fixture.commit() == commit)
  }

  @Test func dryRunPrintsThePlanAndWritesNothing() throws {
    let fixture = try PublicationFixture()
    try fixture.write("com.example.garden.a")
    let commit = try fixture.commit()
    let plan = try fixture.json("publish", "--dry-run")
    #expect(plan.status == 0 && Self.states(plan.value) == ["create"])
    #expect(try fixture.commit() == commit)
  }

  @Test func changedDocumentIsPublishedOnlyWithUpdate() throws {
    let fixture = try PublicationFixture()
    try fixture.write("com.example.garden.a")
    #expect(try fixture.json("publish").status == 0)
    try fixture.write("com.example.garden.a", ["more"])
    try fixture.write("com.example.garden.b")
    let commit = try fixture.commit()
    let refused = try fixture.json("publish")
    #expect(refused.status == 1 && Self.states(refused.value) == ["changed", "create"])
    #expect(refused.value["error"] == "LocalChanges")
    #expect(try fixture.commit() == commit)
    let updated = try fixture.json("publish", "--update")
    #expect(updated.status == 0 && Self.states(updated.value) == ["update", "create"])
    #expect(Self.states(try fixture.json("publish").value) == ["same", "same"])
  }

  @Test func breakingChangeIsRefusedUnlessItIsAllowed() throws {
    let fixture = try PublicationFixture()
    try fixture.write("com.example.garden.a", ["more"])
    #expect(try fixture.json("publish").status == 0)
    try fixture.write("com.example.garden.a", ["more"], required: ["text", "more"])
    let commit = try fixture.commit()
    let refused = try fixture.json("publish", "--update")
    #expect(refused.status == 1 && Self.states(refused.value) == ["breaking"])
    #expect(refused.value["error"] == "BreakingChange")
    #expect(refused.value["nsid"] == "com.example.garden.a")
    #expect(try fixture.commit() == commit)
    let allowed = try fixture.json("publish", "--update", "--allow-breaking")
    #expect(allowed.status == 0 && Self.states(allowed.value) == ["update"])
  }

  private static let refusals = [
    ("other", "AuthorityMoved"), ("none", "AuthorityNotFound"), ("two", "AuthorityAmbiguous"),
    ("bad", "AuthorityMalformed"),
  ]

  @Test func domainThatDoesNotLeadToTheAccountIsRefused() throws {
    let fixture = try PublicationFixture()
    try fixture.write("com.example.garden.a")
    let commit = try fixture.commit()
    for (group, name) in Self.refusals {
      try fixture.write("com.example.\(group).a")
      let refused = try fixture.json("publish")
      #expect(refused.status == 1 && refused.value["error"]?.string == name)
      #expect(Set(Self.states(refused.value)) == ["create", "refused"])
      let message = refused.value["message"]?.string ?? ""
      let line = #"_lexicon.\#(group).example.com  TXT  "did=\#(fixture.did)""#
      #expect(message.contains(line), "\(message)")
      #expect(refused.value["documents"]?.column("record").compactMap(\.self) == [line])
      try fixture.remove("com.example.\(group).a.json")
    }
    #expect(try fixture.commit() == commit)
    try fixture.write("com.example.other.a")
    #expect(try fixture.json("publish", "--skip-dns-check").status == 0)
  }

  private static let broken = [
    "{", #"{"lexicon":1,"lexicon":1,"id":"com.example.garden.b","defs":{}}"#,
    #"{"lexicon":1,"id":"com.example.garden.b","defs":{"main":{"type":"integer","default":0.5}}}"#,
    #"{"lexicon":1,"id":"com.example.garden.b","defs":{"main":{"type":"nothing"}}}"#,
  ]

  @Test func fileThatIsNotValidIsNamedAndNothingIsPublished() throws {
    let fixture = try PublicationFixture()
    try fixture.write("com.example.garden.a")
    let commit = try fixture.commit()
    for text in Self.broken {
      try fixture.write(text, to: "broken.json")
      let child = try fixture.lexicon("publish")
      #expect(child.status == 1)
      let errors = String(decoding: child.error, as: UTF8.self)
      #expect(errors.contains("lexicons/broken.json:1:"), "\(errors)")
      #expect(try fixture.json("publish").value["error"] == "InvalidRecord")
    }
    #expect(try fixture.commit() == commit)
  }

  @Test func adviceHindersOnlyIfItIsStrict() throws {
    let fixture = try PublicationFixture()
    try fixture.write("com.example.garden.a")
    #expect(try fixture.json("publish", "--strict", "--dry-run").status == 1)
    #expect(try fixture.json("publish", "--dry-run").status == 0)
  }

  @Test func moreThanACommitCanHoldIsPublishedInOrderUpToAFailure() throws {
    let fixture = try PublicationFixture()
    let nsids = (0..<203).map { "com.example.garden.a\(1_000 + $0)" }
    for nsid in nsids.dropLast() { try fixture.write(nsid) }
    // The server accepts 32 levels.
    let deep = String(repeating: "[", count: 40) + String(repeating: "]", count: 40)
    try fixture.write(
      """
      {"lexicon":1,"id":"\(nsids[202])","defs":{"main":{"type":"token"}},"deep":\(deep)}
      """,
      to: "deep.json"
    )
    let failed = try fixture.json("publish")
    #expect(failed.status == 1, "\(failed.value["message"]?.string ?? "")")
    #expect(failed.value["done"]?.array?.compactMap(\.string) == Array(nsids.prefix(200)))
    #expect(failed.value["remaining"]?.array?.compactMap(\.string) == Array(nsids.dropFirst(200)))
    #expect(try fixture.lexicon("list", "com.example.garden.*").lines == Array(nsids.prefix(200)))

    try fixture.remove("deep.json")
    #expect(try fixture.json("publish").status == 0)
    #expect(try fixture.lexicon("list", "com.example.garden.*").lines == Array(nsids.dropLast()))
  }

  @Test func loggingInIsRequired() throws {
    let fixture = try PublicationFixture()
    try fixture.write("com.example.garden.a")
    #expect(try fixture.network.run("logout").status == 0)
    let refused = try fixture.json("publish")
    #expect(refused.status == 1 && refused.value["error"] == "NotLoggedIn")
  }

  @Test func installedDocumentsAreNotPublished() throws {
    let fixture = try PublicationFixture()
    try fixture.write("com.example.garden.a")
    #expect(try fixture.json("publish").status == 0)
    try fixture.remove("com.example.garden.a.json")
    #expect(try fixture.lexicon("install", "com.example.garden.a").status == 0)
    let plan = try fixture.json("publish")
    #expect(plan.status == 0 && plan.value["documents"]?.array?.isEmpty == true)
  }
}
