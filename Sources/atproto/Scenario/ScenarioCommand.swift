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
    let process = try ServerProcess(executable: server ?? Self.ownPath, data: directory.path)
    defer { process.kill() }
    let interruption = Interruption {
      process.kill()
      try? FileManager.default.removeItem(at: directory)
    }
    defer { interruption.cancel() }
    do {
      try await drive(process)
    } catch {
      await interruption.settle()
      throw error
    }
  }

  private func drive(_ process: ServerProcess) async throws {
    let (address, plc) = try await process.addresses()
    var scenario = try Scenario(address: address, plc: plc, report: Report(output))
    try await scenario.run()
    try await process.stop()
    scenario.report.step("stop the server", "exit status 0 on SIGTERM")
    scenario.report.absences()
  }

  private static var ownPath: String {
    Bundle.main.executablePath ?? CommandLine.arguments[0]
  }
}
