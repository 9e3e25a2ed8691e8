import ATProtoData
import ATProtoSyntax
import Lexicon
import LexiconResolution
import TestSupport
import Testing

@Suite struct VerifyTests {
  private static let a: NSID = "com.example.a"
  private static let path = "lexicons/com/example/a.json"

  private func installed() async throws -> InstallationFixture {
    let fixture = try InstallationFixture()
    try fixture.network.publish(SampleLexicon.object("com.example.a", refersTo: "com.example.b"))
    try fixture.network.publish(SampleLexicon.object("com.example.b"))
    try await fixture.install("com.example.a")
    return fixture
  }

  @Test func installedDocumentsAreVerifiedWithoutTheNetwork() async throws {
    let fixture = try await installed()
    _ = (fixture.network.takeProofs(), fixture.network.takeLookups())
    try fixture.files.write("{}", to: "lexicons/com/example/other.json")
    let verification = try fixture.folder.verify()
    #expect(verification.isValid)
    #expect(verification.documents == 2)
    #expect(fixture.network.takeProofs().isEmpty && fixture.network.takeLookups().isEmpty)
  }

  @Test func differencesAreReported() async throws {
    let fixture = try await installed()
    var value = try DataValue(json: try fixture.files.text(Self.path))
    value["description"] = "mine"
    try fixture.files.write(value.jsonString(), to: Self.path)
    #expect(try problems(fixture) == [.modified])
    value["description"] = nil
    value["$type"] = nil
    try fixture.files.write(value.jsonString(), to: Self.path)
    #expect(try problems(fixture) == [.stripped])
    try fixture.files.remove(Self.path)
    #expect(try problems(fixture) == [.missing])
  }

  private func problems(_ fixture: InstallationFixture) throws -> [LockProblem.Kind] {
    let problems = try fixture.folder.verify().problems
    #expect(problems.allSatisfy { $0.nsid == Self.a })
    return problems.map(\.kind)
  }

  @Test func manifestMustListExactlyWhatIsNeeded() async throws {
    let fixture = try await installed()
    var manifest = try #require(try fixture.manifest())
    let entry = manifest.resolutions["com.example.b"]
    manifest.resolutions["com.example.b"] = nil
    try fixture.files.write(manifest.formatted(), to: "lexicons.json")
    #expect(
      try fixture.folder.verify().problems
        == [LockProblem(nsid: "com.example.b", kind: .unlisted, referrer: Self.a)]
    )
    manifest.resolutions["com.example.b"] = entry
    manifest.lexicons = ["com.example.b"]
    try fixture.files.write(manifest.formatted(), to: "lexicons.json")
    #expect(
      try fixture.folder.verify().problems == [LockProblem(nsid: Self.a, kind: .superfluous)]
    )
  }

  @Test func verificationNeedsAManifest() throws {
    let fixture = try InstallationFixture()
    let error = #expect(throws: LexiconError.self) { try fixture.folder.verify() }
    #expect(error?.code == .notInstalled)
  }
}
