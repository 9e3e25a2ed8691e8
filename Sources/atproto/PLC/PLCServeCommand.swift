import ArgumentParser
import Foundation
import Logging
import PLCDirectory
import ServiceKit

struct PLCServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Run a PLC directory until SIGTERM or SIGINT.",
    usage: "atproto plc serve --dev [--SETTING VALUE ...]",
    discussion: """
      For development: anyone who can reach the port can register identities. The first line on \
      standard output is a JSON object with the URL of the socket; the log goes to standard error. \
      Settings come from the environment or from flags, which take precedence:

      \(PLCSettings.table.help)
      """
  )

  @Flag(help: "Required: confirm that this is not the directory of a public network.")
  var dev = false

  @Argument(parsing: .allUnrecognized, help: .hidden)
  var settings: [String] = []

  func validate() throws {
    if !dev {
      throw ValidationError("missing --dev; this PLC directory is for development only")
    }
  }

  func run() async throws {
    let logger = Logger(label: "plc") { StreamLogHandler.standardError(label: $0) }
    var given = PLCSettings()
    let configuration: PLCConfiguration
    do {
      for name in try given.read(ProcessInfo.processInfo.environment) {
        logger.warning("unknown setting", metadata: ["name": "\(name)"])
      }
      try given.take(PLCSettings.table.flags(settings))
      configuration = try given.finished()
    } catch let error as ServiceError {
      throw ValidationError(error.reason)
    }
    if let directory = configuration.dataDirectory {
      let store = try SQLitePLCStore(folder: directory)
      try await serve(store, configuration, logger)
      try store.close()
    } else {
      try await serve(MemoryPLCStore(), configuration, logger)
    }
  }

  private func serve(
    _ store: some PLCStore,
    _ configuration: PLCConfiguration,
    _ logger: Logger
  ) async throws {
    let server = PLCDirectoryServer(PLCDirectory(store: store), configuration, logger: logger)
    try await server.run { address in Console.line(#"{"address":"\#(address)"}"#) }
  }
}
