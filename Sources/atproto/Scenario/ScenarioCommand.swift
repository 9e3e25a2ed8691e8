import ArgumentParser
import Foundation

struct ScenarioCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scenario",
    abstract: "Start a whole network, and test it end to end with the generated client.",
    discussion: """
      Runs `atproto network serve --dev`. An account writes records, reads them back, exports its \
      repository, and compares the client, the server and the export; an app logs in to it by OAuth \
      and writes a post, which the app view shows, with a reply from the other PDS and a label; a \
      post is reported, labeled, and taken down; and the account moves to the other PDS. The exit \
      status is 1 if a result differs from the expected one. With --json, one line per step: \
      {"step", "result"}.
      """
  )

  @Option(
    help: ArgumentHelp("The executable to start; default: this one.", valueName: "path")
  )
  var server: String?

  @OptionGroup var output: OutputOptions

  func run() async throws {
    var report = try await ServerProcess.run(
      executable: server ?? Self.ownPath,
      "network",
      ["--no-seed"]
    ) { network in
      let interruption = Interruption { network.kill() }
      defer { interruption.cancel() }
      do {
        let line = try await network.address().line
        var scenario = try Scenario(ScenarioNetwork(line), report: Report(output))
        try await scenario.run()
        return scenario.report
      } catch {
        await interruption.settle()
        throw error
      }
    }
    report.step("stop the network", "exit status 0 on SIGTERM")
    report.absences()
  }

  private static var ownPath: String {
    Bundle.main.executablePath ?? CommandLine.arguments[0]
  }
}
