import ATProtoData
import ATProtoSyntax
import Foundation
import Lexicon
import LexiconResolution
import TestSupport
import Testing

@Suite struct InstallTests {
  private static let a: NSID = "com.example.a"
  private static let b: NSID = "com.example.b"

  @Test func documentIsInstalledWithAllThatItRefersTo() async throws {
    let fixture = try InstallationFixture()
    let cid = try fixture.network.publish(
      SampleLexicon.object("com.example.a", refersTo: "com.example.b#main")
    )
    let other = try fixture.network.publish(SampleLexicon.object("com.example.b"))
    try fixture.network.publish(SampleLexicon.object("com.example.c"))
    let plan = try await fixture.install("com.example.a")
    #expect(plan.documents == [Self.a, Self.b])
    #expect(plan.written == [Self.a, Self.b])
    let did = LexiconNetwork.alice
    #expect(
      try fixture.files.text("lexicons.json") == """
        {
          "version": 1,
          "lexicons": [
            "com.example.a"
          ],
          "resolutions": {
            "com.example.a": {
              "uri": "at://\(did)/com.atproto.lexicon.schema/com.example.a",
              "cid": "\(cid)"
            },
            "com.example.b": {
              "uri": "at://\(did)/com.atproto.lexicon.schema/com.example.b",
              "cid": "\(other)"
            }
          }
        }

        """
    )
    #expect(
      try fixture.files.text("lexicons/com/example/b.json") == """
        {
          "id": "com.example.b",
          "defs": {
            "main": {
              "type": "object",
              "properties": {
                "text": {
                  "type": "string",
                  "maxLength": 100
                }
              }
            }
          },
          "$type": "com.atproto.lexicon.schema",
          "lexicon": 1
        }

        """
    )
    #expect(try fixture.folder.verify().isValid)
    #expect(fixture.network.takeLookups() == ["_lexicon.example.com"])
    #expect(fixture.network.takeProofs() == [Self.a, Self.b])
    let files = try fixture.files.names()
    #expect(
      files == ["lexicons.json", "lexicons/com/example/a.json", "lexicons/com/example/b.json"]
    )
    for name in files {
      let path = "\(fixture.files.path)/\(name)"
      let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
      #expect(mode as? Int == 0o644, "\(name)")
    }
  }

  @Test func unchangedFilesNeedNoNetworkAndAreNotTouched() async throws {
    let fixture = try InstallationFixture()
    try fixture.network.publish(SampleLexicon.object("com.example.a", refersTo: "com.example.b"))
    try fixture.network.publish(SampleLexicon.object("com.example.b"))
    try await fixture.install("com.example.a")
    _ = (fixture.network.takeProofs(), fixture.network.takeLookups())
    let names = try fixture.files.names()
    for name in names { try fixture.files.age(name) }
    for plan in [
      try await fixture.install(), try await fixture.install("com.example.a"),
      try await fixture.installLocked(),
    ] {
      #expect(plan.written.isEmpty)
      #expect(!plan.changesManifest)
    }
    for name in names {
      #expect(try fixture.files.modified(name) == Date(timeIntervalSince1970: 1_000_000))
    }
    #expect(fixture.network.takeProofs().isEmpty)
    #expect(fixture.network.takeLookups().isEmpty)
  }

  @Test func layoutAndOrderOfFilesDoNotMatter() async throws {
    let fixture = try InstallationFixture()
    try fixture.network.publish(SampleLexicon.object("com.example.a"))
    try await fixture.install("com.example.a")
    let value = try DataValue(json: try fixture.files.text("lexicons/com/example/a.json"))
    try fixture.files.write(value.jsonString(), to: "lexicons/com/example/a.json")
    let manifest = try DataValue(json: try fixture.files.text("lexicons.json"))
    try fixture.files.write(manifest.jsonString(), to: "lexicons.json")
    let before = try fixture.texts()
    #expect(try await fixture.install().written.isEmpty)
    #expect(try fixture.texts() == before)
  }

  @Test func missingFileComesFromTheAccountOfTheManifestWithoutTheDNS() async throws {
    let fixture = try InstallationFixture()
    try fixture.network.publish(SampleLexicon.object("com.example.a"))
    try await fixture.install("com.example.a")
    let before = try fixture.texts()
    fixture.network.point("example.com", to: LexiconNetwork.mallory)
    _ = fixture.network.takeLookups()
    try fixture.files.remove("lexicons/com/example/a.json")
    #expect(try await fixture.install().written == [Self.a])
    #expect(try fixture.texts() == before)
    #expect(fixture.network.takeLookups().isEmpty)
  }

  @Test func missingFileIsNotReplacedByAnotherVersion() async throws {
    let fixture = try InstallationFixture()
    try fixture.network.publish(SampleLexicon.object("com.example.a"))
    try await fixture.install("com.example.a")
    try fixture.files.remove("lexicons/com/example/a.json")
    try fixture.network.publish(SampleLexicon.object("com.example.a", properties: [:]))
    let before = try fixture.texts()
    let error = await #expect(throws: LexiconError.self) { try await fixture.install() }
    #expect(error?.code == .cidMismatch)
    #expect(error?.nsid == Self.a)
    #expect(error?.reason.contains("atproto lexicon update") == true)
    #expect(try fixture.texts() == before)
  }

  @Test func failureWritesNothingAndNamesTheDocumentThatRefers() async throws {
    let fixture = try InstallationFixture()
    try fixture.network.publish(SampleLexicon.object("com.example.a", refersTo: "com.example.b"))
    let error = await #expect(throws: LexiconError.self) {
      try await fixture.install("com.example.a")
    }
    #expect(error?.code == .recordNotFound)
    #expect(error?.nsid == Self.b)
    #expect(error?.reason.contains("com.example.a refers to com.example.b") == true)
    #expect(try fixture.texts().isEmpty)
  }

  @Test func permanentFailureIsReportedBeforeATemporaryOne() async throws {
    let fixture = try InstallationFixture()
    fixture.network.isDown = true
    let down = await #expect(throws: LexiconError.self) {
      try await fixture.install("com.example.a")
    }
    #expect(down?.isTemporary == true)
    let error = await #expect(throws: LexiconError.self) {
      try await fixture.install("com.example.a", "org.nowhere.a")
    }
    #expect(error?.code == .authorityNotFound)
  }

  @Test func circlesEnd() async throws {
    let fixture = try InstallationFixture()
    try fixture.network.publish(
      SampleLexicon.object("com.example.a", refersTo: "com.example.b", "com.example.a")
    )
    try fixture.network.publish(SampleLexicon.object("com.example.b", refersTo: "com.example.a"))
    #expect(try await fixture.install("com.example.a").documents == [Self.a, Self.b])
    #expect(fixture.network.takeProofs() == [Self.a, Self.b])
  }

  @Test func namesThatDifferOnlyByCaseCollide() async throws {
    let fixture = try InstallationFixture()
    try fixture.network.publish(SampleLexicon.object("com.example.a", refersTo: "com.example.A"))
    try fixture.network.publish(SampleLexicon.object("com.example.A"))
    let error = await #expect(throws: LexiconError.self) {
      try await fixture.install("com.example.a")
    }
    #expect(error?.code == .caseCollision)
    #expect(try fixture.texts().isEmpty)
  }

  @Test func numberOfDocumentsIsLimited() async throws {
    let fixture = try InstallationFixture()
    try fixture.network.publish(SampleLexicon.object("com.example.a", refersTo: "com.example.b"))
    try fixture.network.publish(SampleLexicon.object("com.example.b", refersTo: "com.example.c"))
    try fixture.network.publish(SampleLexicon.object("com.example.c"))
    var options = InstallationOptions()
    options.maximumDocuments = 2
    let limited = options
    let error = await #expect(throws: LexiconError.self) {
      try await fixture.install("com.example.a", options: limited)
    }
    #expect(error?.code == .tooMany)
    #expect(try fixture.texts().isEmpty)
    options.maximumDocuments = 3
    #expect(try await fixture.install("com.example.a", options: options).documents.count == 3)
  }

  @Test func totalSizeIsLimited() async throws {
    let fixture = try InstallationFixture()
    try fixture.network.publish(SampleLexicon.object("com.example.a", refersTo: "com.example.b"))
    try fixture.network.publish(SampleLexicon.object("com.example.b"))
    var options = InstallationOptions()
    options.maximumBytes = 500
    let limited = options
    let error = await #expect(throws: LexiconError.self) {
      try await fixture.install("com.example.a", options: limited)
    }
    #expect(error?.code == .tooLarge)
    #expect(try fixture.texts().isEmpty)
  }

  @Test func documentWithErrorsOfTheLanguageNeedsConsent() async throws {
    let fixture = try InstallationFixture()
    try fixture.network.publish(
      SampleLexicon.object("com.example.a", properties: ["text": ["type": "sonnet"]])
    )
    let error = await #expect(throws: LexiconError.self) {
      try await fixture.install("com.example.a")
    }
    #expect(error?.code == .invalidRecord)
    #expect(error?.reason.contains("--allow-invalid") == true)
    #expect(try fixture.texts().isEmpty)
    var options = InstallationOptions()
    options.allowsInvalid = true
    try await fixture.install("com.example.a", options: options)
    #expect(try fixture.folder.verify().isValid)
  }

  @Test func unresolvedReferencesAreNotErrors() async throws {
    let fixture = try InstallationFixture()
    try fixture.network.publish(
      SampleLexicon.object("com.example.a", refersTo: "com.example.b#nothing", "#nothing")
    )
    try fixture.network.publish(SampleLexicon.object("com.example.b"))
    #expect(try await fixture.install("com.example.a").documents.count == 2)
  }

  @Test func installationWithoutManifestOrNamesFails() async throws {
    let fixture = try InstallationFixture()
    let error = await #expect(throws: LexiconError.self) { try await fixture.install() }
    #expect(error?.code == .notInstalled)
  }

  @Test func invalidManifestStopsTheInstallation() async throws {
    let fixture = try InstallationFixture()
    try fixture.network.publish(SampleLexicon.object("com.example.a"))
    try fixture.files.write(
      #"{"version": 2, "lexicons": [], "resolutions": {}}"#,
      to: "lexicons.json"
    )
    let before = try fixture.texts()
    let error = await #expect(throws: LexiconError.self) {
      try await fixture.install("com.example.a")
    }
    #expect(error?.code == .manifestInvalid)
    #expect(try fixture.texts() == before)
  }

  @Test func unknownFieldsOfTheManifestAreDroppedWithAWarning() async throws {
    let fixture = try InstallationFixture()
    try fixture.network.publish(SampleLexicon.object("com.example.a"))
    try fixture.files.write(
      #"{"version": 1, "lexicons": [], "resolutions": {}, "note": 1}"#,
      to: "lexicons.json"
    )
    let plan = try await fixture.install("com.example.a")
    #expect(plan.warnings.count == 1)
    #expect(plan.warnings.first?.contains("note") == true)
    #expect(try fixture.files.text("lexicons.json").contains("note") == false)
  }

  @Test func unknownFieldsOfAnUnchangedManifestAreIgnoredWithAWarning() async throws {
    let fixture = try InstallationFixture()
    let text = #"{"version": 1, "lexicons": [], "resolutions": {}, "note": 1}"#
    try fixture.files.write(text, to: "lexicons.json")
    for warnings in [
      try await fixture.install().warnings, try await fixture.installLocked().warnings,
      try fixture.folder.verify().warnings,
    ] {
      #expect(warnings.count == 1)
      #expect(warnings.first?.hasSuffix("the unknown field 'note' is ignored") == true)
    }
    #expect(try fixture.files.text("lexicons.json") == text)
  }
}
