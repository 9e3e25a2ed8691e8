import ArgumentParser
import Foundation

struct ScenarioCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scenario",
    abstract: "Start a PDS, and test it end to end with the generated client.",
    discussion: """
      Creates an account, writes records, reads them back, exports the repository, and compares \
      the client, the server and the export. The exit status is 1 if they differ. With --json, one \
      line per step: {"step", "result"}.
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
    var report = try await ServerProcess.run(executable: executable, data: directory.path) {
      server in
      let interruption = Interruption {
        server.kill()
        try? FileManager.default.removeItem(at: directory)
      }
      defer { interruption.cancel() }
      do {
        return try await drive(server)
      } catch {
        await interruption.settle()
        throw error
      }
    }
    report.step("stop the server", "exit status 0 on SIGTERM")
    report.absences()
  }

  private func drive(_ server: ServerProcess) async throws -> Report {
    let (address, plc) = try await server.addresses()
    var scenario = try Scenario(address: address, plc: plc, report: Report(output))
    try await scenario.run()
    return scenario.report
  }

  private static var ownPath: String {
    Bundle.main.executablePath ?? CommandLine.arguments[0]
  }
}
