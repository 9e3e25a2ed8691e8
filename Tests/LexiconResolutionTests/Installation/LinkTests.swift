import ATProtoData
import ATProtoSyntax
import Foundation
import Lexicon
import LexiconResolution
import TestSupport
import Testing

@Suite struct LinkTests {
  private var force: InstallationOptions {
    var options = InstallationOptions()
    options.overwritesChanges = true
    return options
  }

  private func published() throws -> InstallationFixture {
    let fixture = try InstallationFixture()
    try fixture.network.publish(SampleLexicon.object("com.example.a"))
    try fixture.files.folder("elsewhere")
    return fixture
  }

  @Test func linkedFileIsRefused() async throws {
    let fixture = try published()
    try fixture.files.write("outside", to: "elsewhere/a.json")
    try fixture.files.folder("lexicons/com/example")
    try fixture.files.link("lexicons/com/example/a.json", to: "../../../elsewhere/a.json")
    try await expectRefusal(fixture)
    #expect(try fixture.files.text("elsewhere/a.json") == "outside")
  }

  @Test func danglingLinkIsRefused() async throws {
    let fixture = try published()
    try fixture.files.folder("lexicons/com/example")
    try fixture.files.link("lexicons/com/example/a.json", to: "../../../elsewhere/a.json")
    try await expectRefusal(fixture)
    #expect(try fixture.files.names(below: "elsewhere").isEmpty)
  }

  @Test(arguments: ["lexicons/com", "lexicons/com/example"])
  func linkedDirectoryIsRefused(_ name: String) async throws {
    let fixture = try published()
    try fixture.files.folder("lexicons")
    if name.hasSuffix("example") { try fixture.files.folder("lexicons/com") }
    try fixture.files.link(name, to: "\(fixture.files.path)/elsewhere")
    try await expectRefusal(fixture)
    #expect(try fixture.files.names(below: "elsewhere").isEmpty)
  }

  private func expectRefusal(_ fixture: InstallationFixture) async throws {
    for options in [InstallationOptions(), force] {
      let error = await #expect(throws: LexiconError.self) {
        try await fixture.install("com.example.a", options: options)
      }
      #expect(error?.code == .pathRefused)
      #expect(error?.nsid == "com.example.a")
    }
    #expect(!FileManager.default.fileExists(atPath: fixture.folder.manifestPath))
  }

  @Test func linkThatAppearsAfterThePlanIsRefused() async throws {
    let fixture = try published()
    let installation = LexiconInstallation(into: fixture.folder, from: fixture.network.run())
    let plan = try await installation.plan(adding: [try LexiconRequest("com.example.a")])
    try fixture.files.folder("lexicons")
    try fixture.files.link("lexicons/com", to: "\(fixture.files.path)/elsewhere")
    let error = #expect(throws: LexiconError.self) { try plan.apply() }
    #expect(error?.code == .pathRefused)
    #expect(try fixture.files.names(below: "elsewhere").isEmpty)
  }

  @Test func verificationRefusesLinks() async throws {
    let fixture = try published()
    try await fixture.install("com.example.a")
    let path = "lexicons/com/example/a.json"
    try fixture.files.write(try fixture.files.text(path), to: "elsewhere/a.json")
    try fixture.files.remove(path)
    try fixture.files.link(path, to: "../../../elsewhere/a.json")
    let error = #expect(throws: LexiconError.self) { try fixture.folder.verify() }
    #expect(error?.code == .pathRefused)
  }

  @Test func directoryItselfMayBeALink() async throws {
    let fixture = try published()
    try fixture.files.link("lexicons", to: "elsewhere")
    try await fixture.install("com.example.a")
    #expect(try fixture.files.names(below: "elsewhere") == ["com/example/a.json"])
    #expect(try fixture.folder.verify().isValid)
  }

  @Test func directoryInPlaceOfAFileIsRefused() async throws {
    let fixture = try published()
    try fixture.files.folder("lexicons/com/example/a.json")
    try await expectRefusal(fixture)
  }
}
