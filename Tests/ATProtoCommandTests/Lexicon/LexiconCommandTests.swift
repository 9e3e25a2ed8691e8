import ATProtoData
import Foundation
import TestSupport
import Testing

/// The commands of `atproto lexicon` as processes, against a PDS and a PLC directory of this package
/// and a real name server.
@Suite(.serialized, .enabled(if: NameServer.isInstalled, "no name server: install dnsmasq-base"))
struct LexiconCommandTests {
  private static let a = "project/lexicons/com/example/a.json"

  @Test func schemaIsResolvedWithItsProof() throws {
    let fixture = try LexiconFixture()
    try fixture.publish([LexiconFixture.object("com.example.a")])
    let text = try fixture.run("resolve", "com.example.a")
    #expect(text.status == 0)
    #expect(text.lines.first == "{")
    #expect(text.lines.contains(#"  "$type": "com.atproto.lexicon.schema","#))
    let result = try fixture.run("resolve", "COM.example.a", "--json").json(status: 0)
    #expect(result["nsid"] == "com.example.a")
    #expect(result["did"]?.string == fixture.did)
    #expect(
      result["uri"]?.string == "at://\(fixture.did)/com.atproto.lexicon.schema/com.example.a"
    )
    #expect(result["schema"]?["id"] == "com.example.a")
    #expect(result["pds"]?.string?.hasPrefix("http://") == true)
    let cid = try #require(result["cid"]?.string)
    for name in ["com.example.a@\(cid)", result["uri"]?.string ?? ""] {
      #expect(try fixture.run("resolve", name, "--json").json(status: 0) == result)
    }
    #expect(try fixture.run("resolve", "com.example.a", "--did").lines == [fixture.did])
  }

  @Test func errorsAreObjectsOnStandardOutput() throws {
    let fixture = try LexiconFixture()
    let cases: [(String, String, Int32)] = [
      ("com.example.none", "RecordNotFound", 1), ("com.nowhere.a", "AuthorityNotFound", 1),
      ("invalid.example.a", "ReservedDomain", 1),
      ("com.example", "InvalidNsid", 2), ("at://alice.test/x.y.z/a", "InvalidNsid", 2),
    ]
    for (name, code, status) in cases {
      let child = try fixture.run("resolve", name, "--json")
      let error = try child.json(status: status)
      #expect(error["error"]?.string == code, "\(name)")
      #expect(error["message"]?.string?.isEmpty == false)
      if status == 1 { #expect(error["nsid"]?.string == name) }
      #expect(child.error.isEmpty)
      let text = try fixture.run("resolve", name)
      #expect(text.status == status && text.lines.isEmpty)
      #expect(String(decoding: text.error, as: UTF8.self).hasPrefix("error: "))
    }
  }

  @Test func silenceOfTheNameServerIsTemporary() throws {
    let fixture = try LexiconFixture()
    let silence = try UDPSocket()
    let child = try ChildProcess(
      atproto: [
        "lexicon", "resolve", "com.example.a", "--json", "--dns", "127.0.0.1:\(silence.port)",
      ],
      in: fixture.folder
    )
    #expect(try child.json(status: 3)["error"] == "DnsFailure")
  }

  @Test func schemasAreInstalledVerifiedAndProtected() throws {
    let fixture = try LexiconFixture()
    try fixture.folder.folder("project")
    try fixture.publish([
      LexiconFixture.object("com.example.a", refersTo: ["com.example.b"]),
      LexiconFixture.object("com.example.b"),
    ])
    let installed = try fixture.run("install", "com.example.a", "--json").json(status: 0)
    #expect(installed["documents"] == 2)
    #expect(installed["written"] == ["com.example.a", "com.example.b"])
    #expect(installed["manifest"] == "written")
    let again = try fixture.run("install", "--json").json(status: 0)
    #expect(again == ["documents": 2, "written": [], "manifest": "unchanged"])
    #expect(try fixture.run("install", "--ci").status == 0)
    #expect(
      try fixture.run("verify", "--json").json(status: 0)
        == ["ok": true, "documents": 2, "problems": []]
    )
    var value = try DataValue(json: try fixture.folder.text(Self.a))
    value["description"] = "mine"
    try fixture.folder.write(value.jsonString(), to: Self.a)
    #expect(
      try fixture.run("verify", "--json").json(status: 1)["problems"]
        == [["nsid": "com.example.a", "problem": "modified"]]
    )
    let error = try fixture.run("install", "--json").json(status: 1)
    #expect(error["error"] == "LocalChanges")
    #expect(error["nsid"] == "com.example.a")
    #expect(try fixture.folder.text(Self.a) == value.jsonString())
    #expect(try fixture.run("install", "--force").status == 0)
    #expect(try fixture.run("verify").lines == ["2 schemas verified"])
  }

  @Test func groupsAreInstalled() throws {
    let fixture = try LexiconFixture()
    try fixture.folder.folder("project")
    try fixture.publish(
      ["com.example.a", "com.example.b", "com.example.sub.c"].map { LexiconFixture.object($0) }
    )
    let installed = try fixture.run("install", "com.example.*", "--json").json(status: 0)
    #expect(installed["written"] == ["com.example.a", "com.example.b"])
  }

  @Test func breakingUpdateIsReportedAndRefused() throws {
    let fixture = try LexiconFixture()
    try fixture.folder.folder("project")
    try fixture.publish([LexiconFixture.object("com.example.a")])
    #expect(try fixture.run("install", "com.example.a").status == 0)
    let before = try fixture.folder.texts(below: "project")
    #expect(
      try fixture.run("update", "--json").json(status: 0)
        == ["changed": [], "added": [], "unused": [], "documents": 1]
    )
    try fixture.publish([LexiconFixture.object("com.example.a", type: "integer")], replacing: true)
    for arguments in [["update", "--json"], ["update", "--json", "--dry-run"]] {
      let report = try fixture.run(arguments: arguments).json(status: 1)
      #expect(report["error"] == "BreakingChange")
      #expect(report["changed"]?[0]?["nsid"] == "com.example.a")
      #expect(report["changed"]?[0]?["verdict"] == "breaking")
      #expect(report["changed"]?[0]?["changes"]?[0]?["message"]?.string?.isEmpty == false)
    }
    let text = try fixture.run("update")
    #expect(text.status == 1)
    #expect(text.lines.contains("com.example.a: breaking"))
    #expect(String(decoding: text.error, as: UTF8.self).contains("--allow-breaking"))
    #expect(try fixture.run("update", "--keep", "com.example.a").status == 0)
    #expect(try fixture.run("update", "--dry-run", "--allow-breaking").status == 0)
    #expect(try fixture.folder.texts(below: "project") == before)
    #expect(try fixture.run("update", "--allow-breaking").status == 0)
    #expect(try fixture.run("verify").status == 0)
    #expect(try fixture.folder.text(Self.a).contains("integer"))
  }

  @Test func environmentNamesTheNetworkUnlessOptionsDo() throws {
    let fixture = try LexiconFixture()
    try fixture.publish([LexiconFixture.object("com.example.a")])
    func run(_ variables: [String], _ arguments: String...) throws -> ChildProcess {
      try ChildProcess(
        URL(filePath: "/usr/bin/env"),
        variables + [try ChildProcess.built("atproto").path, "lexicon", "resolve"] + arguments
      )
    }
    let dns = "ATPROTO_DNS_SERVER=127.0.0.1:\(fixture.names.port)"
    let plc = "ATPROTO_PLC_URL=\(fixture.client.directory)"
    let name = "com.example.a"
    #expect(try run([dns, plc], name, "--dev").status == 0)
    let other = "other.com=did:web:other.com"
    let authority = "ATPROTO_LEXICON_AUTHORITY=\(other),example.com=\(fixture.did)"
    #expect(try run([authority, plc], name, "--dev").status == 0)
    #expect(try run([authority], name, "--did").lines == [fixture.did])
    #expect(
      try run([authority], name, "--did", "--authority", "example.com=did:web:a.com").lines
        == ["did:web:a.com"]
    )
    #expect(
      try run([authority], name, "--did", "--authority", "did:web:a.com").lines == ["did:web:a.com"]
    )
    let unused = "ATPROTO_DNS_SERVER=nowhere"
    #expect(
      try run([unused, plc], name, "--dev", "--dns", "127.0.0.1:\(fixture.names.port)").status == 0
    )
    let invalid = try run([unused], name)
    #expect(invalid.status == 64)
    #expect(String(decoding: invalid.error, as: UTF8.self).contains("ATPROTO_DNS_SERVER"))
  }

  @Test func textsOfOthersReachTheTerminalWithoutControlCharacters() throws {
    let fixture = try LexiconFixture()
    try fixture.folder.folder("project")
    try fixture.publish([LexiconFixture.object("com.example.a", type: "\u{1b}[31m\u{202e}")])
    let child = try fixture.run("install", "com.example.a")
    #expect(child.status == 1)
    let text = String(decoding: child.error, as: UTF8.self)
    #expect(text.contains("not a valid Lexicon document"))
    #expect(!text.unicodeScalars.contains { ["\u{1b}", "\u{202e}"].contains($0) })
  }
}
