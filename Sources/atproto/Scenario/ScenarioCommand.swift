import ATProtoData
import ATProtoSyntax
import ArgumentParser
import Foundation

struct ScenarioCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scenario",
    abstract: """
      Start two PDSs, a relay, and a labeler, and test them end to end with the generated client.
      """,
    discussion: """
      Creates an account, writes records, reads them back, exports the repository, and compares \
      the client, the server and the export; follows accounts of two servers through a relay; and \
      reports a post to a labeler, labels it, and takes it down. The exit status is 1 if they \
      differ. With --json, one line per step: {"step", "result"}.
      """
  )

  @Option(
    help: ArgumentHelp("The executable to start; default: this one.", valueName: "path")
  )
  var server: String?

  @OptionGroup var output: OutputOptions

  func run() async throws {
    let directory = FileManager.default.temporaryDirectory
      .appendingPathComponent("atproto-scenario-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: directory) }
    let executable = server ?? Self.ownPath
    let data = directory.appendingPathComponent("pds").path
    var report = try await ServerProcess.run(
      executable: executable,
      "pds",
      ["--port", "0", "--data", data]
    ) { server in
      let interruption = Interruption {
        server.kill()
        try? FileManager.default.removeItem(at: directory)
      }
      defer { interruption.cancel() }
      do {
        return try await drive(server, executable, directory)
      } catch {
        await interruption.settle()
        throw error
      }
    }
    report.step("stop the servers", "exit status 0 on SIGTERM")
    report.absences()
  }

  private func drive(
    _ server: ServerProcess,
    _ executable: String,
    _ directory: URL
  ) async throws -> Report {
    let (address, line) = try await server.address()
    guard let plc = line["plc"]?.string else {
      throw ScenarioFailure(
        step: "start the server",
        reason: #"the first line of its output has no "plc""#
      )
    }
    var scenario = try Scenario(address: address, plc: plc, report: Report(output))
    try await scenario.run()
    // The other processes stop by themselves if this one is interrupted.
    return try await ServerProcess.run(
      executable: executable,
      "pds",
      [
        "--port", "0", "--data", directory.appendingPathComponent("other-pds").path,
        "--did-plc-url", plc,
      ]
    ) { [scenario] other in
      try await ServerProcess.run(
        executable: executable,
        "relay",
        ["--bind", "127.0.0.1:0", "--plc-host", plc]
      ) { relay in
        var scenario = scenario
        try await scenario.followThroughRelay(
          [address, try await other.address().url],
          relay: try await relay.address().url
        )
        try await moderate(&scenario, address, line, executable)
        return scenario.report
      }
    }
  }

  /// - Parameter line: the first line of the PDS at `address`.
  private func moderate(
    _ scenario: inout Scenario,
    _ address: String,
    _ line: DataValue,
    _ executable: String
  ) async throws {
    let arguments = [
      "--port", "0", "--plc-url", line["plc"]?.string ?? "", "--pds-url", address,
      "--pds-admin-password", line["adminPassword"]?.string ?? "",
    ]
    scenario = try await ServerProcess.run(
      executable: executable,
      "labeler",
      arguments
    ) { [scenario] labeler in
      var scenario = scenario
      let (url, line) = try await labeler.address()
      guard let did = line["did"]?.string.flatMap({ try? DID($0) }),
        let password = line["adminPassword"]?.string
      else {
        throw ScenarioFailure(step: "start a labeler", reason: "its first line is not complete")
      }
      try await scenario.moderate(
        address,
        labeler: ScenarioLabeler(address: url, did: did, adminPassword: password)
      )
      return scenario
    }
  }

  private static var ownPath: String {
    Bundle.main.executablePath ?? CommandLine.arguments[0]
  }
}
