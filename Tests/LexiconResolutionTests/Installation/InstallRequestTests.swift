import ATProtoData
import ATProtoSyntax
import Foundation
import Lexicon
import LexiconResolution
import TestSupport
import Testing

@Suite struct InstallRequestTests {
  private static let a: NSID = "com.example.a"

  @Test func groupInstallsItsDocumentsOnly() async throws {
    let fixture = try InstallationFixture()
    for name in ["com.example.a", "com.example.b", "com.example.sub.c", "org.example.d"] {
      try fixture.network.publish(SampleLexicon.object(name))
    }
    let plan = try await fixture.install("com.example.*")
    #expect(plan.documents == ["com.example.a", "com.example.b"])
    #expect(try fixture.manifest()?.lexicons == ["com.example.a", "com.example.b"])
    #expect(fixture.network.takeProofs() == plan.documents)
  }

  @Test func groupWithoutDocumentsIsNotFound() async throws {
    let fixture = try InstallationFixture()
    let error = await #expect(throws: LexiconError.self) {
      try await fixture.install("com.example.")
    }
    #expect(error?.code == .recordNotFound)
  }

  @Test func pinnedDocumentMustHaveItsCID() async throws {
    let fixture = try InstallationFixture()
    let old = try fixture.network.publish(SampleLexicon.object("com.example.a"))
    let new = try fixture.network.publish(SampleLexicon.object("com.example.a", properties: [:]))
    let error = await #expect(throws: LexiconError.self) {
      try await fixture.install("com.example.a@\(old)")
    }
    #expect(error?.code == .cidMismatch)
    #expect(try fixture.texts().isEmpty)
    try await fixture.install("com.example.a@\(new)")
    #expect(try fixture.manifest()?.resolutions[Self.a]?.cid == new)
  }

  @Test func pinReplacesTheInstalledVersion() async throws {
    let fixture = try InstallationFixture()
    try fixture.network.publish(SampleLexicon.object("com.example.a"))
    try await fixture.install("com.example.a")
    let new = try fixture.network.publish(SampleLexicon.object("com.example.a", properties: [:]))
    #expect(try await fixture.install("com.example.a").written.isEmpty)
    #expect(try await fixture.install("com.example.a@\(new)").written == [Self.a])
    #expect(try fixture.manifest()?.resolutions[Self.a]?.cid == new)
    #expect(try fixture.folder.verify().isValid)
  }

  @Test func uriNamesTheAccountWithoutTheDNS() async throws {
    let fixture = try InstallationFixture()
    let did = LexiconNetwork.mallory
    try fixture.network.publish(SampleLexicon.object("com.example.a"), as: did)
    try await fixture.install("at://\(did)/com.atproto.lexicon.schema/com.example.a")
    #expect(fixture.network.takeLookups().isEmpty)
    #expect(try fixture.manifest()?.resolutions[Self.a]?.did == did)
    // The manifest names the account from now on.
    #expect(try await fixture.install("com.example.a").written.isEmpty)
    #expect(fixture.network.takeLookups().isEmpty)
  }

  @Test func domainAuthorityIsInLowercase() async throws {
    let fixture = try InstallationFixture()
    try fixture.network.publish(SampleLexicon.object("com.example.fooBar"))
    let plan = try await fixture.install("COM.Example.fooBar")
    #expect(plan.documents == ["com.example.fooBar"])
  }

  @Test func documentCannotBeNamedWithTwoCIDs() async throws {
    let fixture = try InstallationFixture()
    let cid = try fixture.network.publish(SampleLexicon.object("com.example.a"))
    let error = await #expect(throws: LexiconError.self) {
      try await fixture.install("com.example.a", "com.example.a@\(cid)")
    }
    #expect(error?.code == .invalidNsid)
  }

  @Test(arguments: ["com.example", "com.example.a#main", "at://alice.test/x/y", "*", "", "com.*"])
  func otherArgumentsAreRefusedBeforeAnythingIsAsked(_ text: String) {
    let error = #expect(throws: LexiconError.self) { try LexiconRequest(text) }
    #expect(error?.code == .invalidNsid)
  }

  @Test func filesAreInstalledWithoutTheManifest() async throws {
    let fixture = try InstallationFixture()
    try fixture.network.publish(SampleLexicon.object("com.example.a"))
    try await fixture.install("com.example.a", savesManifest: false)
    #expect(try fixture.files.names() == ["lexicons/com/example/a.json"])
    // A file that is already the published one does not stand in the way.
    try await fixture.install("com.example.a")
    #expect(try fixture.manifest()?.lexicons == [Self.a])
  }

  @Test func lockedInstallationRestoresMissingFiles() async throws {
    let fixture = try InstallationFixture()
    try fixture.network.publish(SampleLexicon.object("com.example.a"))
    try await fixture.install("com.example.a")
    let before = try fixture.texts()
    try fixture.files.remove("lexicons/com/example/a.json")
    try await fixture.installLocked()
    #expect(try fixture.texts() == before)
  }

  @Test func lockedInstallationDoesNotChangeTheManifest() async throws {
    let fixture = try InstallationFixture()
    try fixture.network.publish(SampleLexicon.object("com.example.a"))
    let missing = await #expect(throws: LexiconError.self) { try await fixture.installLocked() }
    #expect(missing?.code == .manifestOutdated)
    try fixture.files.write(
      #"{"version": 1, "lexicons": ["com.example.a"], "resolutions": {}}"#,
      to: "lexicons.json"
    )
    let before = try fixture.texts()
    let error = await #expect(throws: LexiconError.self) { try await fixture.installLocked() }
    #expect(error?.code == .manifestOutdated)
    #expect(try fixture.texts() == before)
  }

  @Test func lockedInstallationDoesNotLookUpDocumentsWithoutResolution() async throws {
    let fixture = try InstallationFixture()
    try fixture.network.publish(SampleLexicon.object("com.example.a", refersTo: "com.example.b"))
    try fixture.network.publish(SampleLexicon.object("com.example.b"))
    try await fixture.install("com.example.a")
    var manifest = try #require(try fixture.manifest())
    manifest.resolutions["com.example.b"] = nil
    try fixture.files.write(manifest.formatted(), to: "lexicons.json")
    _ = (fixture.network.takeProofs(), fixture.network.takeLookups())
    let referred = await #expect(throws: LexiconError.self) { try await fixture.installLocked() }
    #expect(referred?.code == .manifestOutdated)
    #expect(referred?.nsid == "com.example.b")
    #expect(referred?.reason.contains("com.example.b") == true)
    manifest.lexicons = ["com.example.c"]
    try fixture.files.write(manifest.formatted(), to: "lexicons.json")
    let requested = await #expect(throws: LexiconError.self) { try await fixture.installLocked() }
    #expect(requested?.code == .manifestOutdated)
    #expect(requested?.nsid == "com.example.c")
    #expect(fixture.network.takeProofs().isEmpty && fixture.network.takeLookups().isEmpty)
  }

  @Test func entriesThatNothingNeedsLeaveTheManifest() async throws {
    let fixture = try InstallationFixture()
    for name in ["com.example.a", "com.example.b"] {
      try fixture.network.publish(SampleLexicon.object(name))
    }
    try await fixture.install("com.example.*")
    var manifest = try #require(try fixture.manifest())
    manifest.lexicons = [Self.a]
    try fixture.files.write(manifest.formatted(), to: "lexicons.json")
    let error = await #expect(throws: LexiconError.self) { try await fixture.installLocked() }
    #expect(error?.code == .manifestOutdated)
    try await fixture.install()
    #expect(try fixture.manifest()?.resolutions.keys.sorted() == [Self.a])
    #expect(try fixture.files.names(below: "lexicons").count == 2)
  }
}
