import ArgumentParser
import Foundation
import Logging
import PLCDirectory
import SQLiteStorage
import ServiceKit

struct PLCServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Run a PLC directory for development, until SIGTERM or SIGINT.",
    usage: "atproto plc serve --dev [--SETTING VALUE ...]",
    discussion: """
      Anyone who can reach the port can register identities. The first line on standard output is \
      a JSON object: {"address"}; the log goes to standard error. Set any of these as an environment \
      variable or as an option; options take precedence:

      \(PLCSettings.table.help)
      """
  )

  @Flag(help: "Confirm that this PLC directory is for development. Required.")
  var dev = false

  @Argument(parsing: .allUnrecognized, help: .hidden)
  var settings: [String] = []

  func validate() throws {
    if !dev { throw ValidationError("this PLC directory is for development only; pass --dev") }
  }

  func run() async throws {
    let logger = Logger(label: "plc") {
      EscapingLogHandler(StreamLogHandler.standardError(label: $0))
    }
    var given = PLCSettings()
    let configuration: PLCConfiguration
    do {
      for name in try given.read(ProcessInfo.processInfo.environment) {
        logger.warning("unknown setting", metadata: ["name": "\(name)"])
      }
    } catch {
      throw CommandError(reason: error.reason, exitCode: .validationFailure)
    }
    try SettingsFlags.apply(settings, to: &given)
    do {
      configuration = try given.finished()
    } catch {
      throw CommandError(reason: error.reason, exitCode: .validationFailure)
    }
    if let directory = configuration.dataDirectory {
      let store = try SQLitePLCStore(directory: directory)
      try await OpenData.use(closing: store.close) {
        try await serve(store, configuration, logger)
      }
    } else {
      try await serve(MemoryPLCStore(), configuration, logger)
    }
  }

  private func serve(
    _ store: some PLCStore,
    _ configuration: PLCConfiguration,
    _ logger: Logger
  ) async throws {
    let server = PLCDirectoryServer(
      PLCOperationDirectory(store: store),
      configuration,
      logger: logger
    )
    try await server.run { address in Console.line(#"{"address":"\#(address)"}"#) }
  }
}
