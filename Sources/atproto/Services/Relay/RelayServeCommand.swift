import ATProtoData
import ArgumentParser
import Logging
import Relay
import SQLiteStorage
import ServiceKit

struct RelayServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Run a relay until SIGTERM or SIGINT.",
    usage: "atproto relay serve [--dev] [--SETTING VALUE ...]",
    discussion: """
      The first line on standard output is a JSON object: {"address"}, and with --dev \
      {"adminPassword"}, too. The log goes to standard error. Set any of these as an environment \
      variable or as an option; options take precedence:

      \(RelaySettings.table.help)
      """
  )

  @Flag(
    help: """
      Run a development relay: listen on this machine only, keep everything in memory, and allow \
      hosts on this machine.
      """
  )
  var dev = false

  @Flag(help: "Stop when standard input ends, as it does when the parent process dies.")
  var stopAtEndOfInput = false

  @Argument(parsing: .allUnrecognized, help: .hidden)
  var settings: [String] = []

  func run() async throws {
    let given = try GivenSettings<RelaySettings>(isDevelopment: dev, settings)
    let configuration = given.configuration
    let logger = Self.logger(configuration)
    given.warnAboutUnknown(logger, except: RelayPullHostsCommand.variables)
    for advice in configuration.advice { logger.warning("\(advice)") }
    OpenFiles.raiseLimit()
    ProcessMemory.limitArenas()
    let storage = try RelayStorage.sqlite(configuration)
    try await OpenData.use(closing: storage.close) {
      let server = try await RelayServer(configuration, storage: storage, logger: logger)
      try await server.run { [dev, stopAtEndOfInput] address in
        if stopAtEndOfInput { EndOfInput.stop() }
        var line: DataObject = ["address": .string(address)]
        if dev { line["adminPassword"] = configuration.adminPasswords.first.map { .string($0) } }
        Console.line(DataValue.object(line).jsonString())
      }
    }
  }

  private static func logger(_ configuration: RelayConfiguration) -> Logger {
    var logger = Logger(label: "relay") {
      EscapingLogHandler(StreamLogHandler.standardError(label: $0))
    }
    logger.logLevel = configuration.logLevel
    if let environment = configuration.environment {
      logger[metadataKey: "environment"] = "\(environment)"
    }
    return logger
  }
}
