import ATProtoData
import Foundation
import TestSupport
import Testing

/// The commands of `atproto lexicon` as processes, against a PDS and a PLC directory of this package
/// and a real name server.
@Suite(
  .serialized,
  .enabled(if: NameServer.isInstalled, "no name server: install dnsmasq-base"),
  .lexiconNetwork
)
struct LexiconCommandTests {
  /// A directory with documents of a domain of its own.
  private struct Project {
    let fixture: LexiconFixture
    let name: String

    init(_ name: String) throws {
      fixture = try SharedLexiconFixture.fixture
      self.name = name
      try fixture.folder.folder(name)
    }

    /// The NSID of a document.
    func nsid(_ document: String) -> String { "com.example.\(name).\(document)" }

    func path(_ document: String) -> String {
      "\(name)/lexicons/com/example/\(name)/\(document).json"
    }

    func run(_ arguments: String...) throws -> ChildProcess {
      try fixture.run(arguments: arguments, in: name)
    }

    func publish(
      _ document: String,
      type: String = "string",
      refersTo references: [String] = [],
      replacing: Bool = false
    ) throws {
      let value = LexiconFixture.object(nsid(document), type: type, refersTo: references)
      try fixture.publish([value], replacing: replacing)
    }
  }

  @Test func schemaIsResolvedWithItsProof() throws {
    let project = try Project("d1")
    let did = project.fixture.did
    let nsid = project.nsid("a")
    try project.publish("a")
    let text = try project.run("resolve", nsid)
    #expect(text.status == 0)
    #expect(text.lines.first == "{")
    #expect(text.lines.contains(#"  "$type": "com.atproto.lexicon.schema","#))
    let result = try project.run("resolve", "COM.example.d1.a", "--json").json(status: 0)
    #expect(result["nsid"]?.string == nsid)
    #expect(result["did"]?.string == did)
    #expect(result["uri"]?.string == "at://\(did)/com.atproto.lexicon.schema/\(nsid)")
    #expect(result["schema"]?["id"]?.string == nsid)
    #expect(result["pds"]?.string?.hasPrefix("http://") == true)
    let cid = try #require(result["cid"]?.string)
    for name in ["\(nsid)@\(cid)", result["uri"]?.string ?? ""] {
      #expect(try project.run("resolve", name, "--json").json(status: 0) == result)
    }
    #expect(try project.run("resolve", nsid, "--did").lines == [did])
  }

  @Test func errorsAreObjectsOnStandardOutput() throws {
    let project = try Project("d2")
    let cases: [(String, String, Int32)] = [
      (project.nsid("none"), "RecordNotFound", 1), ("com.nowhere.a", "AuthorityNotFound", 1),
      ("invalid.example.a", "ReservedDomain", 1), ("com.example", "InvalidNsid", 2),
      ("at://alice.test/x.y.z/a", "InvalidNsid", 2),
    ]
    for (name, code, status) in cases {
      let child = try project.run("resolve", name, "--json")
      let error = try child.json(status: status)
      #expect(error["error"]?.string == code, "\(name)")
      #expect(error["message"]?.string?.isEmpty == false)
      if status == 1 { #expect(error["nsid"]?.string == name) }
      #expect(child.error.isEmpty)
      let text = try project.run("resolve", name)
      #expect(text.status == status && text.lines.isEmpty)
      #expect(String(decoding: text.error, as: UTF8.self).hasPrefix("error: "))
    }
    for arguments in [
      ["list", "bad"], ["unpublish", "bad"], ["update", "bad"],
      ["update", "\(project.nsid("a"))@bafy"],
      ["update", "at://\(project.fixture.did)/com.atproto.lexicon.schema/\(project.nsid("a"))"],
    ] {
      let child = try ChildProcess(
        atproto: ["lexicon"] + arguments + ["--json"],
        in: project.fixture.folder
      )
      #expect(try child.json(status: 2)["error"] == "InvalidNsid", "\(arguments)")
    }
    let usage = try project.run("resolve", "--json").json(status: 64)
    #expect(usage["error"] == "InvalidArguments")
  }

  @Test func silenceOfTheNameServerIsTemporary() throws {
    let project = try Project("d3")
    let silence = try UDPSocket()
    let child = try ChildProcess(
      atproto: [
        "lexicon", "resolve", project.nsid("a"), "--json", "--dns", "127.0.0.1:\(silence.port)",
      ],
      in: project.fixture.folder
    )
    #expect(try child.json(status: 3)["error"] == "DnsFailure")
  }

  @Test func schemasAreInstalledVerifiedAndProtected() throws {
    let project = try Project("d4")
    let folder = project.fixture.folder
    let (a, b) = (project.nsid("a"), project.nsid("b"))
    try project.publish("a", refersTo: [b])
    try project.publish("b")
    let installed = try project.run("install", a, "--json").json(status: 0)
    #expect(installed["documents"] == 2)
    #expect(installed["written"] == [.string(a), .string(b)])
    #expect(installed["manifest"] == "written")
    let again = try project.run("install", "--json").json(status: 0)
    #expect(again == ["documents": 2, "written": [], "manifest": "unchanged"])
    #expect(try project.run("install", "--ci").status == 0)
    #expect(
      try project.run("verify", "--json").json(status: 0)
        == ["ok": true, "documents": 2, "problems": []]
    )
    var value = try DataValue(json: try folder.text(project.path("a")))
    value["description"] = "mine"
    try folder.write(value.jsonString(), to: project.path("a"))
    #expect(
      try project.run("verify", "--json").json(status: 1)["problems"]
        == [["nsid": .string(a), "problem": "modified"]]
    )
    let error = try project.run("install", "--json").json(status: 1)
    #expect(error["error"] == "LocalChanges")
    #expect(error["nsid"]?.string == a)
    #expect(try folder.text(project.path("a")) == value.jsonString())
    #expect(try project.run("install", "--force").status == 0)
    #expect(try project.run("verify").lines == ["2 schemas verified"])
  }

  @Test func unknownFieldsOfTheManifestAreAWarning() throws {
    let project = try Project("d9")
    let manifest = #"{"version": 1, "lexicons": [], "resolutions": {}, "note": 1}"#
    try project.fixture.folder.write(manifest, to: "d9/lexicons.json")
    for arguments in [["verify"], ["install"], ["install", "--ci"]] {
      let child = try project.fixture.run(arguments: arguments, in: project.name)
      #expect(child.status == 0)
      let text = String(decoding: child.error, as: UTF8.self)
      #expect(text.contains("the unknown field 'note' is ignored"), "\(arguments)")
    }
  }

  @Test func severalSchemasAreKept() throws {
    let project = try Project("d5")
    let (x, y, z) = (project.nsid("keep.x"), project.nsid("keep.y"), project.nsid("keep.z"))
    for arguments in [
      ["update", "--keep", x, y, "--keep", z], ["update", "--keep", x, "--keep", y, "--keep", z],
    ] {
      let child = try project.fixture.run(arguments: arguments + ["--json"], in: "none")
      #expect(try child.json(status: 1)["error"] == "NotInstalled")
    }
  }

  @Test func groupsAreInstalled() throws {
    let project = try Project("d5")
    for name in ["a", "b", "sub.c"] { try project.publish(name) }
    let installed = try project.run("install", "com.example.d5.*", "--json").json(status: 0)
    #expect(installed["written"] == [.string(project.nsid("a")), .string(project.nsid("b"))])
  }

  @Test func breakingUpdateIsReportedAndRefused() throws {
    let project = try Project("d6")
    let folder = project.fixture.folder
    let nsid = project.nsid("a")
    try project.publish("a")
    #expect(try project.run("install", nsid).status == 0)
    let before = try folder.texts(below: project.name)
    #expect(
      try project.run("update", "--json").json(status: 0)
        == ["changed": [], "added": [], "unused": [], "documents": 1]
    )
    try project.publish("a", type: "integer", replacing: true)
    for dry in [[], ["--dry-run"]] {
      let arguments = ["update", "--json"] + dry
      let report = try project.fixture.run(arguments: arguments, in: project.name).json(status: 1)
      #expect(report["error"] == "BreakingChange")
      #expect(report["nsid"]?.string == nsid)
      #expect(report["changed"]?[0]?["nsid"]?.string == nsid)
      #expect(report["changed"]?[0]?["verdict"] == "breaking")
      #expect(report["changed"]?[0]?["changes"]?[0]?["message"]?.string?.isEmpty == false)
    }
    let text = try project.run("update")
    #expect(text.status == 1)
    #expect(text.lines.contains("\(nsid): breaking"))
    #expect(String(decoding: text.error, as: UTF8.self).contains("--allow-breaking"))
    #expect(try project.run("update", "--keep", nsid).status == 0)
    #expect(try project.run("update", "--dry-run", "--allow-breaking").status == 0)
    #expect(try folder.texts(below: project.name) == before)
    #expect(try project.run("update", "--allow-breaking").status == 0)
    #expect(try project.run("verify").status == 0)
    #expect(try folder.text(project.path("a")).contains("integer"))
  }

  @Test func environmentNamesTheNetworkUnlessOptionsDo() throws {
    let project = try Project("d7")
    let fixture = project.fixture
    try project.publish("a")
    func run(_ variables: [String], _ arguments: String...) throws -> ChildProcess {
      try ChildProcess(
        URL(filePath: "/usr/bin/env"),
        variables + [try ChildProcess.built("atproto").path, "lexicon", "resolve"] + arguments
      )
    }
    let dns = "ATPROTO_DNS_SERVER=127.0.0.1:\(fixture.names.port)"
    let plc = "ATPROTO_PLC_URL=\(fixture.client.directory)"
    let nsid = project.nsid("a")
    #expect(try run([dns, plc], nsid, "--dev").status == 0)
    let list = "other.com=did:web:other.com,d7.example.com=\(fixture.did)"
    let authority = "ATPROTO_LEXICON_AUTHORITY=\(list)"
    #expect(try run([authority, plc], nsid, "--dev").status == 0)
    #expect(try run([authority], nsid, "--did").lines == [fixture.did])
    for option in ["d7.example.com=did:web:a.com", "did:web:a.com"] {
      let child = try run([authority], nsid, "--did", "--authority", option)
      #expect(child.lines == ["did:web:a.com"])
    }
    let unused = "ATPROTO_DNS_SERVER=nowhere"
    let server = "127.0.0.1:\(fixture.names.port)"
    #expect(try run([unused, plc], nsid, "--dev", "--dns", server).status == 0)
    let invalid = try run([unused], nsid)
    #expect(invalid.status == 64)
    #expect(String(decoding: invalid.error, as: UTF8.self).contains("ATPROTO_DNS_SERVER"))
  }

  @Test func textsOfOthersReachTheTerminalWithoutControlCharacters() throws {
    let project = try Project("d8")
    try project.publish("a", type: "\u{1b}[31m\u{202e}")
    let child = try project.run("install", project.nsid("a"))
    #expect(child.status == 1)
    let text = String(decoding: child.error, as: UTF8.self)
    #expect(text.contains("not a valid Lexicon document"))
    #expect(!text.unicodeScalars.contains { ["\u{1b}", "\u{202e}"].contains($0) })
  }
}
