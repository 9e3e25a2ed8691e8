import ATProtoData
import ATProtoSyntax
import Foundation
import Lexicon
import LexiconResolution
import TestSupport
import Testing

@Suite struct LocalChangesTests {
  private static let a: NSID = "com.example.a"
  private static let path = "lexicons/com/example/a.json"

  private func installed() async throws -> InstallationFixture {
    let fixture = try InstallationFixture()
    try fixture.network.publish(SampleLexicon.object("com.example.a"))
    try await fixture.install("com.example.a")
    return fixture
  }

  private var force: InstallationOptions {
    var options = InstallationOptions()
    options.overwritesChanges = true
    return options
  }

  @Test(arguments: ["edited", "invalid", "stripped"])
  func editedFileIsOverwrittenOnlyByForce(_ kind: String) async throws {
    let fixture = try await installed()
    let original = try fixture.texts()
    var value = try DataValue(json: try fixture.files.text(Self.path))
    if kind == "stripped" { value["$type"] = nil } else { value["description"] = "mine" }
    try fixture.files.write(kind == "invalid" ? "{" : value.jsonString(), to: Self.path)
    let before = try fixture.texts()
    for isDown in [false, true] {
      fixture.network.isDown = isDown
      let error = await #expect(throws: LexiconError.self) { try await fixture.install() }
      #expect(error?.code == .localChanges)
      #expect(error?.nsid == Self.a)
    }
    let error = await #expect(throws: LexiconError.self) { try await fixture.planUpdate() }
    #expect(error?.code == .fetchFailed)
    fixture.network.isDown = false
    let updating = await #expect(throws: LexiconError.self) { try await fixture.planUpdate() }
    #expect(updating?.code == .localChanges)
    #expect(try fixture.texts() == before)
    try await fixture.install(options: force)
    #expect(try fixture.texts() == original)
  }

  @Test func ownFileIsNotOverwrittenByANewDocument() async throws {
    let fixture = try InstallationFixture()
    try fixture.network.publish(SampleLexicon.object("com.example.a"))
    try fixture.files.write("{}", to: Self.path)
    let error = await #expect(throws: LexiconError.self) {
      try await fixture.install("com.example.a")
    }
    #expect(error?.code == .localChanges)
    #expect(try fixture.texts() == [Self.path: "{}"])
    try await fixture.install("com.example.a", options: force)
    #expect(try fixture.folder.verify().isValid)
  }

  @Test func ownFileWithThePublishedVersionMustBeValid() async throws {
    let fixture = try InstallationFixture()
    var document: DataValue = [
      "lexicon": 1, "id": "com.example.a", "defs": ["main": ["type": "later"]],
    ]
    try fixture.network.publish(document)
    document["$type"] = .string(LexiconFile.recordType)
    try fixture.files.write(document.jsonString(), to: Self.path)
    let error = await #expect(throws: LexiconError.self) {
      try await fixture.install("com.example.a")
    }
    #expect(error?.code == .invalidRecord)
    var options = InstallationOptions()
    options.allowsInvalid = true
    try await fixture.install("com.example.a", options: options)
    // What the manifest has was allowed before.
    try await fixture.install("com.example.a")
    #expect(try await fixture.planUpdate().changed.isEmpty)
  }

  @Test func fileWithThePublishedVersionRepairsAnInterruptedUpdate() async throws {
    let fixture = try await installed()
    let manifest = try fixture.files.text("lexicons.json")
    let new = try fixture.network.publish(SampleLexicon.object("com.example.a", properties: [:]))
    try await fixture.planUpdate().installation.apply()
    // As if the update had been killed before it wrote the manifest.
    try fixture.files.write(manifest, to: "lexicons.json")
    let repaired = try await fixture.install()
    #expect(repaired.written.isEmpty)
    #expect(try fixture.manifest()?.resolutions[Self.a]?.cid == new)

    try fixture.files.write(manifest, to: "lexicons.json")
    try await fixture.planUpdate().installation.apply()
    #expect(try fixture.folder.verify().isValid)

    try fixture.files.write(manifest, to: "lexicons.json")
    try await fixture.install(options: force)
    #expect(try fixture.manifest()?.resolutions[Self.a]?.cid == new)
  }

  @Test func leftoverOfAKilledRunIsReplaced() async throws {
    let fixture = try InstallationFixture()
    try fixture.network.publish(SampleLexicon.object("com.example.a"))
    try fixture.files.write("half", to: "lexicons/com/example/.a.json.tmp")
    try fixture.files.write("half", to: ".lexicons.json.tmp")
    try await fixture.install("com.example.a")
    #expect(try fixture.files.names() == ["lexicons.json", Self.path])
  }

  @Test func leftoverOfADocumentThatIsNotWrittenIsRemoved() async throws {
    let fixture = try await installed()
    try fixture.network.publish(SampleLexicon.object("com.example.b"))
    try fixture.files.write("half", to: "lexicons/com/example/.a.json.tmp")
    try await fixture.install("com.example.b")
    #expect(try fixture.files.names(below: "lexicons/com/example") == ["a.json", "b.json"])
  }

  @Test func fileEditedDuringTheInstallationIsNotOverwritten() async throws {
    let fixture = try await installed()
    try fixture.network.publish(SampleLexicon.object("com.example.a", properties: [:]))
    let plan = try await fixture.planUpdate()
    try fixture.files.write("mine", to: Self.path)
    let before = try fixture.texts()
    let error = #expect(throws: LexiconError.self) { try plan.installation.apply() }
    #expect(error?.code == .localChanges)
    #expect(try fixture.texts() == before)
  }

  @Test func ofTwoInstallationsAtOnceTheLaterOneNotices() async throws {
    let fixture = try InstallationFixture()
    for name in ["com.example.a", "com.example.b"] {
      try fixture.network.publish(SampleLexicon.object(name))
    }
    let installation = LexiconInstallation(into: fixture.folder, from: fixture.network.run())
    let first = try await installation.plan(adding: [try LexiconRequest("com.example.a")])
    let second = try await installation.plan(adding: [try LexiconRequest("com.example.b")])
    try first.apply()
    let before = try fixture.texts()
    let error = #expect(throws: LexiconError.self) { try second.apply() }
    #expect(error?.code == .localChanges)
    #expect(try fixture.texts() == before)
  }

  @Test func failedWriteLeavesEverythingAsItWas() async throws {
    let fixture = try InstallationFixture()
    for name in ["com.example.a", "com.other.b"] {
      try fixture.network.publish(SampleLexicon.object(name))
    }
    fixture.network.point("other.com", to: LexiconNetwork.alice)
    let installation = LexiconInstallation(into: fixture.folder, from: fixture.network.run())
    let plan = try await installation.plan(
      adding: [try LexiconRequest("com.example.a"), try LexiconRequest("com.other.b")]
    )
    try fixture.files.write("a file where a directory is needed", to: "lexicons/com/other")
    let before = try fixture.texts()
    let error = #expect(throws: LexiconError.self) { try plan.apply() }
    #expect(error?.code == .fileFailed)
    #expect(try fixture.texts() == before)
  }
}
