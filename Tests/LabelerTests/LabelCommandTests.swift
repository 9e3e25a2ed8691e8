import ATProtoData
import Foundation
import TestSupport
import Testing

/// `atproto labeler serve`, `label`, `report`, and `labeler member`, as processes.
@Suite(.serialized) struct LabelCommandTests {
  private static let subject = "did:plc:44ybard66vv44zksje25o7dz"

  private static func text(_ bytes: Data) -> String { String(decoding: bytes, as: UTF8.self) }

  @Test func labelIsCreatedListedVerifiedAndNegated() async throws {
    let folder = try TemporaryFolder()
    let labeler = try await ServiceProcess(labeler: folder.path)
    defer { labeler.end(SIGKILL) }

    let added = try await labeler.run([
      "label", "add", Self.subject, "spam", "rude", "--hours", "24", "--json",
    ])
    #expect(added.status == 0, "\(Self.text(added.error))")
    #expect(try DataValue(json: [UInt8](added.output))["subject"]?.string == Self.subject)

    let listed = try await labeler.run(["label", "list", Self.subject, "--json"])
    let lines = try Self.text(listed.output).split(separator: "\n").map {
      try DataValue(json: Array($0.utf8))
    }
    #expect(lines.compactMap { $0["val"]?.string } == ["rude", "spam"])
    #expect(lines.allSatisfy { $0["exp"] != nil && $0["sig"] != nil })

    let file = folder.path + "/labels"
    try listed.output.write(to: URL(filePath: file))
    let verified = try await labeler.run(["label", "verify", file, "--dev"])
    #expect(verified.status == 0, "\(Self.text(verified.output))\(Self.text(verified.error))")
    let forged = Self.text(listed.output).replacing("\"rude\"", with: "\"kind\"")
    try forged.write(toFile: file, atomically: true, encoding: .utf8)
    let refused = try await labeler.run(["label", "verify", file, "--dev", "--json"])
    #expect(refused.status == 1)
    #expect(Self.text(refused.output).contains(#""verdict":"valid""#))

    let negated = try await labeler.run(["label", "negate", Self.subject, "spam"])
    #expect(negated.status == 0, "\(Self.text(negated.error))")
    let after = try await labeler.run(["label", "list", "did:plc:44*"])
    #expect(Self.text(after.output).contains("-spam"))
  }

  @Test func warningNamesTheValue() async throws {
    let folder = try TemporaryFolder()
    let labeler = try await ServiceProcess(labeler: folder.path)
    defer { labeler.end(SIGKILL) }
    let warned = try await labeler.run(["label", "add", Self.subject, "SPAM"])
    #expect(warned.status == 0)
    #expect(Self.text(warned.error).contains("warning: 'SPAM'"))
    let refused = try await labeler.run(["label", "add", Self.subject, "!invented"])
    #expect(refused.status == 64)
    #expect(Self.text(refused.error).contains("'!invented' is not a valid label"))
  }

  @Test func membersAreManaged() async throws {
    let folder = try TemporaryFolder()
    let labeler = try await ServiceProcess(labeler: folder.path)
    defer { labeler.end(SIGKILL) }
    let member = ["labeler", "member"]
    let added = try await labeler.run(member + ["add", Self.subject, "--role", "triage"])
    #expect(Self.text(added.output).contains("\(Self.subject)  triage"))
    let updated = try await labeler.run(member + ["update", Self.subject, "--disable-access"])
    #expect(Self.text(updated.output).contains("disabled"))
    let listed = try await labeler.run(member + ["list", "--json"])
    #expect(try DataValue(json: [UInt8](listed.output))["did"]?.string == Self.subject)
    #expect(try await labeler.run(member + ["remove", Self.subject]).status == 0)
    #expect(try await labeler.run(member + ["list"]).output.isEmpty)
  }

  @Test func identityAndDataLastOverARestart() async throws {
    let folder = try TemporaryFolder()
    let first = try await ServiceProcess(labeler: folder.path)
    _ = try await first.run(["label", "add", Self.subject, "spam"])
    #expect(first.end(SIGTERM) == 0)
    let second = try await ServiceProcess(labeler: folder.path)
    defer { second.end(SIGKILL) }
    for name in ["did", "signingKey", "adminPassword"] {
      #expect(second.line[name] == first.line[name], "\(name)")
    }
    let listed = try await second.run(["label", "verify", Self.subject, "--dev"])
    #expect(listed.status == 0, "\(Self.text(listed.output))\(Self.text(listed.error))")
    let check = try await second.run([
      "labeler", "check", second.line["did"] ?? "", "--dev", "--json",
    ])
    let rows = try Self.text(check.output).split(separator: "\n").map {
      try DataValue(json: Array($0.utf8))
    }
    let problems = rows.filter { $0["ok"]?.boolean == false }.compactMap { $0["check"]?.string }
    #expect(problems == ["declaration"], "\(Self.text(check.output))")
  }

  @Test(arguments: [
    (["--did", "alice.test"], "expected a DID"), (["--public-url", "ftp://a"], "expected an HTTP"),
    (["--db-url", "postgres://a/b"], "PostgreSQL is not supported yet; use sqlite://PATH"),
    (["--nonsense"], "unknown option"),
  ])
  func invalidSettingsAreRefused(_ arguments: [String], _ reason: String) async throws {
    let child = try await ChildProcess.run(
      try ChildProcess.built("atproto"),
      ["labeler", "serve", "--dev"] + arguments
    )
    #expect(child.status == 64 && child.output.isEmpty)
    #expect(Self.text(child.error).contains(reason))
  }

  @Test func anotherDIDNeedsAnotherDatabase() async throws {
    let folder = try TemporaryFolder()
    let labeler = try await ServiceProcess(labeler: folder.path)
    #expect(labeler.end(SIGTERM) == 0)
    let child = try await ChildProcess.run(
      try ChildProcess.built("atproto"),
      [
        "labeler", "serve", "--dev", "--port", "0", "--data", folder.path + "/data", "--did",
        "did:web:other.example.com",
      ]
    )
    #expect(child.status != 0)
    #expect(Self.text(child.error).contains("use another LABELER_DATA_DIRECTORY"))
  }

  /// `LOG_LEVEL` and `LABELER_METRICS_ADDRESS`, which the process alone shows.
  @Test(arguments: [("info", true), ("error", false)])
  func logAndMetricsFollowTheirSettings(_ level: String, _ isLogged: Bool) async throws {
    let folder = try TemporaryFolder()
    let labeler = try await ServiceProcess(
      labeler: folder.path,
      environment: [
        "LOG_LEVEL=\(level)", "LABELER_METRICS_PORT=0", "LABELER_METRICS_ADDRESS=127.0.0.2",
      ]
    )
    let line = "serving metrics"
    for _ in 0..<500 where isLogged && !labeler.log.contains(line) {
      try await Task.sleep(for: .milliseconds(10))
    }
    #expect(labeler.end(SIGTERM) == 0)
    #expect(labeler.log.contains(line) == isLogged, "\(labeler.log)")
    #expect(labeler.log.contains("http://127.0.0.2:") == isLogged)
  }
}

extension ServiceProcess {
  /// `atproto labeler serve --dev` on any free port.
  fileprivate convenience init(labeler folder: String, environment: [String] = []) async throws {
    try await self.init(
      ["labeler", "serve", "--dev", "--data", folder + "/data"],
      in: folder,
      environment: environment
    )
  }

  /// Runs a command as the administrator of this labeler.
  fileprivate func run(_ arguments: [String]) async throws -> ChildProcess {
    let port = address.split(separator: ":").last ?? ""
    return try await ChildProcess.run(
      URL(filePath: "/usr/bin/env"),
      [
        "LABELER_PORT=\(port)", "LABELER_ADMIN_PASSWORD=\(line["adminPassword"] ?? "")",
        "HOME=\(folder)", "ATPROTO_PLC_URL=\(line["plc"] ?? "")",
        try ChildProcess.built("atproto").path,
      ] + arguments
    )
  }
}
