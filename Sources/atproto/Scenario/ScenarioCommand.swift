import ArgumentParser
import Foundation

struct ScenarioCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scenario",
    abstract: "Starts a server of its own and drives it with the generated client.",
    discussion: """
      Makes an account, writes records, reads them back and exports the repository, and compares \
      what client, server and export say. A difference ends it with exit status 1.
      """
  )

  @Option(help: ArgumentHelp("The executable that serves.", valueName: "path"))
  var server: String?

  func run() async throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("atproto-scenario-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    do {
      let process = try ServerProcess(executable: server ?? Self.ownPath, data: folder.path)
      defer { process.kill() }
      let interruption = Interruption { process.terminate() }
      defer { interruption.cancel() }
      let address = try await process.address()
      var scenario = try Scenario(address: address)
      try await scenario.run()
      try await process.stop()
      scenario.report.step("stop the server", "exit status 0 on SIGTERM")
      Absences.report()
    } catch let failure as ScenarioFailure {
      Console.error("scenario: \(failure)")
      throw ExitCode(1)
    }
  }

  private static var ownPath: String {
    Bundle.main.executablePath ?? CommandLine.arguments[0]
  }
}
