import ATProtoData
import ATProtoSyntax
import Foundation
import Lexicon
import LexiconResolution
import TestSupport
import Testing

@Suite struct UpdateTests {
  private static let a: NSID = "com.example.a"
  private static let b: NSID = "com.example.b"

  private func installed(_ documents: DataValue...) async throws -> InstallationFixture {
    let fixture = try InstallationFixture()
    for document in documents { try fixture.network.publish(document) }
    try await fixture.install("com.example.a")
    return fixture
  }

  @Test func nothingChangesIfNothingWasPublished() async throws {
    let fixture = try await installed(SampleLexicon.object("com.example.a"))
    let before = try fixture.texts()
    let plan = try await fixture.planUpdate()
    try plan.installation.apply()
    #expect(plan.changed.isEmpty && plan.added.isEmpty && plan.unused.isEmpty)
    #expect(!plan.installation.changesManifest)
    #expect(try fixture.texts() == before)
  }

  @Test func newVersionIsComparedWithTheInstalledOne() async throws {
    let fixture = try await installed(
      SampleLexicon.record("com.example.a", ["x": ["type": "string"]])
    )
    let old = try #require(try fixture.manifest()?.resolutions[Self.a]?.cid)
    let new = try fixture.network.publish(
      SampleLexicon.record("com.example.a", ["x": ["type": "string"], "y": ["type": "integer"]])
    )
    let plan = try await fixture.planUpdate()
    let change = try #require(plan.changed.first)
    #expect(plan.changed.count == 1)
    #expect(change.nsid == Self.a)
    #expect(change.from == old)
    #expect(change.to == new)
    #expect(change.verdict != .breaking)
    #expect(!change.changes.isEmpty)
    #expect(!plan.isBreaking)
    #expect(try fixture.manifest()?.resolutions[Self.a]?.cid == old)
    try plan.installation.apply()
    #expect(try fixture.manifest()?.resolutions[Self.a]?.cid == new)
    #expect(try fixture.folder.verify().isValid)
  }

  @Test func breakingChangeIsFound() async throws {
    let fixture = try await installed(
      SampleLexicon.record("com.example.a", ["x": ["type": "string"]])
    )
    try fixture.network.publish(SampleLexicon.record("com.example.a", ["x": ["type": "integer"]]))
    let plan = try await fixture.planUpdate()
    #expect(plan.isBreaking)
    #expect(plan.changed.first?.verdict == .breaking)
    #expect(plan.changed.first?.changes.first?.classification == .breaking)
    #expect(plan.changed.first?.changes.first?.path.hasPrefix("/defs/main") == true)
  }

  @Test func changeOfADefinitionCountsWhereOtherDocumentsUseIt() async throws {
    let fixture = try await installed(
      SampleLexicon.record("com.example.a", ["x": ["type": "ref", "ref": "com.example.b"]]),
      SampleLexicon.object("com.example.b")
    )
    try fixture.network.publish(SampleLexicon.object("com.example.b", required: ["text"]))
    let plan = try await fixture.planUpdate()
    #expect(plan.changed.map(\.nsid) == [Self.b])
    #expect(plan.changed.first?.verdict == .breaking)
  }

  @Test func referenceToAnotherDefinitionIsComparedWithTheOldOne() async throws {
    let fixture = try await installed(
      SampleLexicon.record("com.example.a", ["x": ["type": "ref", "ref": "com.example.b"]]),
      SampleLexicon.object("com.example.b")
    )
    try fixture.network.publish(
      SampleLexicon.record("com.example.a", ["x": ["type": "ref", "ref": "com.example.c"]])
    )
    try fixture.network.publish(
      SampleLexicon.object("com.example.c", properties: ["text": ["type": "integer"]])
    )
    let plan = try await fixture.planUpdate()
    #expect(plan.changed.map(\.nsid) == [Self.a])
    #expect(plan.changed.first?.verdict == .breaking)
    #expect(plan.added == ["com.example.c"])
    #expect(plan.unused == [Self.b])
  }

  @Test func newReferencesComeAlongAndUnusedFilesStay() async throws {
    let fixture = try await installed(
      SampleLexicon.object("com.example.a", refersTo: "com.example.b"),
      SampleLexicon.object("com.example.b")
    )
    try fixture.network.publish(SampleLexicon.object("com.example.a", refersTo: "com.example.c"))
    try fixture.network.publish(SampleLexicon.object("com.example.c"))
    let plan = try await fixture.planUpdate()
    #expect(plan.added == ["com.example.c"])
    #expect(plan.unused == [Self.b])
    try plan.installation.apply()
    #expect(try fixture.manifest()?.resolutions.keys.sorted() == [Self.a, "com.example.c"])
    #expect(try fixture.files.names().contains("lexicons/com/example/b.json"))
    #expect(try fixture.folder.verify().isValid)
  }

  @Test func authorityThatMovedNeedsConsent() async throws {
    let fixture = try await installed(SampleLexicon.object("com.example.a"))
    try fixture.network.publish(SampleLexicon.object("com.example.a"), as: LexiconNetwork.mallory)
    fixture.network.point("example.com", to: LexiconNetwork.mallory)
    let before = try fixture.texts()
    let error = await #expect(throws: LexiconError.self) { try await fixture.planUpdate() }
    #expect(error?.code == .authorityMoved)
    #expect(error?.reason.contains("--accept-moved") == true)
    #expect(try fixture.texts() == before)
    var options = InstallationOptions()
    options.acceptsMovedAuthority = true
    let plan = try await fixture.planUpdate(options: options)
    #expect(plan.changed.isEmpty)
    try plan.installation.apply()
    #expect(try fixture.manifest()?.resolutions[Self.a]?.did == LexiconNetwork.mallory)
  }

  @Test func accountStaysWithAWarningIfTheDomainHasNoRecordAnyMore() async throws {
    let fixture = try await installed(SampleLexicon.object("com.example.a"))
    let new = try fixture.network.publish(SampleLexicon.object("com.example.a", properties: [:]))
    fixture.network.point("example.com", to: nil)
    let plan = try await fixture.planUpdate()
    #expect(plan.installation.warnings.count == 1)
    #expect(plan.installation.warnings.first?.contains("_lexicon.example.com") == true)
    #expect(plan.changed.first?.to == new)
    #expect(plan.installation.manifest.resolutions[Self.a]?.did == LexiconNetwork.alice)
  }

  @Test func onlyNamedDocumentsAreUpdatedAndKeptOnesAreNot() async throws {
    let fixture = try await installed(
      SampleLexicon.object("com.example.a", refersTo: "com.example.b"),
      SampleLexicon.object("com.example.b")
    )
    for name in ["com.example.a", "com.example.b"] {
      try fixture.network.publish(
        SampleLexicon.object(name, refersTo: "com.example.b", properties: [:])
      )
    }
    _ = fixture.network.takeProofs()
    #expect(try await fixture.planUpdate(Self.a).changed.map(\.nsid) == [Self.a])
    #expect(fixture.network.takeProofs() == [Self.a])
    #expect(try await fixture.planUpdate(keeping: [Self.a]).changed.map(\.nsid) == [Self.b])
    #expect(fixture.network.takeProofs() == [Self.b])
    for plan in [
      { try await fixture.planUpdate("com.example.c") },
      { try await fixture.planUpdate(keeping: ["com.example.c"]) },
    ] {
      let error = await #expect(throws: LexiconError.self) { try await plan() }
      #expect(error?.code == .notInstalled)
      #expect(error?.nsid == "com.example.c")
    }
  }

  @Test func missingFileCannotBeComparedAndIsNoted() async throws {
    let fixture = try await installed(SampleLexicon.object("com.example.a"))
    try fixture.files.remove("lexicons/com/example/a.json")
    #expect(try await fixture.planUpdate().changed.isEmpty)
    try fixture.network.publish(SampleLexicon.object("com.example.a", properties: [:]))
    let plan = try await fixture.planUpdate()
    #expect(plan.changed.first?.changes.map(\.rule) == ["not-compared"])
    #expect(plan.changed.first?.verdict == .note)
    try plan.installation.apply()
    #expect(try fixture.folder.verify().isValid)
  }

  @Test func newVersionWithErrorsIsBreakingAlsoIfTheInstalledFileIsMissing() async throws {
    let fixture = try await installed(SampleLexicon.object("com.example.a"))
    try fixture.files.remove("lexicons/com/example/a.json")
    try fixture.network.publish(
      ["lexicon": 1, "id": "com.example.a", "defs": ["main": ["type": "later"]]]
    )
    var options = InstallationOptions()
    options.allowsInvalid = true
    #expect(try await fixture.planUpdate(options: options).isBreaking)
  }

  @Test func retractedDocumentIsNotUpdated() async throws {
    let fixture = try await installed(SampleLexicon.object("com.example.a"))
    fixture.network.retract(Self.a)
    let before = try fixture.texts()
    let error = await #expect(throws: LexiconError.self) { try await fixture.planUpdate() }
    #expect(error?.code == .recordNotFound)
    #expect(try fixture.texts() == before)
  }

  @Test func updateWithoutManifestFails() async throws {
    let fixture = try InstallationFixture()
    let error = await #expect(throws: LexiconError.self) { try await fixture.planUpdate() }
    #expect(error?.code == .notInstalled)
  }
}
