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
      let interruption = Interruption {
        process.kill()
        try? FileManager.default.removeItem(at: folder)
      }
      defer { interruption.cancel() }
      do {
        try await Self.drive(process)
      } catch {
        await interruption.settle()
        throw error
      }
    } catch let failure as ScenarioFailure {
      Console.error("scenario: \(failure)")
      throw ExitCode(1)
    }
  }

  private static func drive(_ process: ServerProcess) async throws {
    let (address, directory) = try await process.addresses()
    var scenario = try Scenario(address: address, directory: directory)
    try await scenario.run()
    try await process.stop()
    scenario.report.step("stop the server", "exit status 0 on SIGTERM")
    Absences.report()
  }

  private static var ownPath: String {
    Bundle.main.executablePath ?? CommandLine.arguments[0]
  }
}
