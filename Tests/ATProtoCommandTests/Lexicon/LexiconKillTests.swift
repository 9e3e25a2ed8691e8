import ATProtoData
import Foundation
import TestSupport
import Testing

/// `atproto lexicon install` and `update`, killed again and again.
@Suite(.serialized, .enabled(if: NameServer.isInstalled, "no name server: install dnsmasq-base"))
struct LexiconKillTests {
  private static let count = 60

  private static func documents(_ property: String) -> [DataValue] {
    (0..<count).map { number in
      LexiconFixture.object(
        "com.example.d9.a\(number)",
        property,
        refersTo: ["com.example.d9.a\((number + 1) % count)"]
      )
    }
  }

  @Test func killedCommandLeavesWholeFilesAndCompletesLater() throws {
    let fixture = try LexiconFixture()
    try fixture.folder.folder("project")
    try fixture.publish(Self.documents("old"))
    try interrupt(fixture, ["install", "com.example.d9.a0"])
    let old = try fixture.folder.texts(below: "project")
    #expect(old.count == Self.count + 1)
    try fixture.publish(Self.documents("new"), replacing: true)
    try interrupt(fixture, ["update", "--allow-breaking"], from: old)
    let new = try fixture.folder.texts(below: "project")
    #expect(new.count == Self.count + 1)
    #expect(new.allSatisfy { $0.value != old[$0.key] })
  }

  /// Kills a command at different moments, and then completes it.
  private func interrupt(
    _ fixture: LexiconFixture,
    _ arguments: [String],
    from old: [String: String] = [:]
  ) throws {
    let clock = ContinuousClock()
    // How long the command takes; nothing may be written.
    let duration = try clock.measure {
      let dry = arguments[0] == "update" ? arguments + ["--dry-run"] : arguments + ["--no-save"]
      let child = try fixture.run(arguments: dry, in: "project")
      try #require(child.status == 0, "\(String(decoding: child.error, as: UTF8.self))")
    }
    if old.isEmpty { try fixture.folder.remove("project/lexicons") }
    let total = Double(duration.components.attoseconds) / 1e18 + Double(duration.components.seconds)
    var writers = 0
    for step in 0..<12 {
      let running = try RunningProcess(
        try ChildProcess.built("atproto"),
        fixture.command(arguments, in: "project")
      )
      // Files are written near the end.
      usleep(useconds_t(total * 1e6 * (0.55 + Double(step) / 24)))
      kill(running.identifier, SIGKILL)
      if running.wait(seconds: 60) == -SIGKILL { writers += 1 }
      try expectWholeFiles(fixture, old)
      if FileManager.default.fileExists(atPath: fixture.client.path("project/lexicons.json")),
        old.isEmpty
      {
        try fixture.folder.remove("project")
        try fixture.folder.folder("project")
      }
    }
    #expect(writers > 0)
    let child = try fixture.run(arguments: arguments, in: "project")
    #expect(child.status == 0, "\(String(decoding: child.error, as: UTF8.self))")
    #expect(try fixture.run("verify", in: "project").status == 0)
    let names = try fixture.folder.names(below: "project")
    #expect(!names.contains { $0.contains(".tmp") }, "\(names)")
  }

  /// Every file is a whole document, old or new.
  private func expectWholeFiles(_ fixture: LexiconFixture, _ old: [String: String]) throws {
    for (name, text) in try fixture.folder.texts(below: "project")
    where !name.hasSuffix(".tmp") && old[name] != text {
      let value = try DataValue(json: text)
      if name == "lexicons.json" {
        #expect(value["resolutions"]?.object?.count == Self.count)
      } else {
        #expect(value["$type"] == "com.atproto.lexicon.schema", "\(name)")
      }
    }
  }
}
