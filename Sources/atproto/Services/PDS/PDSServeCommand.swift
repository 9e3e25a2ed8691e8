import ATProtoData
import ArgumentParser
import Foundation
import Logging
import PDS
import ServiceKit

struct PDSServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Run a PDS until SIGTERM or SIGINT.",
    usage: "atproto pds serve [--dev] [--SETTING VALUE ...]",
    discussion: """
      The first line on standard output is a JSON object: {"address", "did"}, and with --dev \
      {"plc", "adminPassword"}, too. The log goes to standard error. Set any of these as an \
      environment variable or as an option; options take precedence:

      \(PDSSettings.table.help)
      """
  )

  @Flag(
    help: """
      Run for development, without any settings: plain HTTP, handles in .test, a PLC directory \
      alongside the server (on port 2582 if it is free), and private IP addresses allowed.
      """
  )
  var dev = false

  @Option(
    help: ArgumentHelp(
      "Log from this level: trace, debug, info, notice, warning, error, or critical.",
      valueName: "level"
    ),
    transform: Self.level
  )
  var logLevel: Logger.Level?

  @Option(
    help: ArgumentHelp(
      "Store data in `sqlite:`, or with --dev in `memory:`, which is lost when the server stops.",
      valueName: "database"
    )
  )
  var database = DatabaseChoice.sqlite

  @Flag(help: "Stop when standard input ends, as it does when the parent process dies.")
  var stopAtEndOfInput = false

  @Argument(parsing: .allUnrecognized, help: .hidden)
  var settings: [String] = []

  func validate() throws {
    if database == .memory, !dev { throw ValidationError("--database memory: requires --dev") }
  }

  func run() async throws {
    let environment = ProcessInfo.processInfo.environment
    var logger = Logger(label: "pds") {
      EscapingLogHandler(StreamLogHandler.standardError(label: $0))
    }
    logger.logLevel = try logLevel ?? environment["LOG_LEVEL"].map(Self.level) ?? .info
    var given = PDSSettings(isDevelopment: dev)
    do {
      for name in try given.read(environment) {
        logger.warning("unknown setting", metadata: ["name": "\(name)"])
      }
    } catch {
      throw CommandError(reason: error.reason, exitCode: .validationFailure)
    }
    try SettingsFlags.apply(settings, to: &given)
    let configuration: PDSConfiguration
    do {
      configuration = try given.finished()
    } catch {
      throw CommandError(reason: error.reason, exitCode: .validationFailure)
    }
    for advice in configuration.advice { logger.warning("\(advice)") }
    OpenFiles.raiseLimit()
    ProcessMemory.limitArenas()
    let stops = stopAtEndOfInput
    let onListening: @Sendable () -> Void = { if stops { EndOfInput.stop() } }
    if dev {
      try await DevelopmentServer(
        configuration,
        database: database,
        hasDirectory: given.isDirectoryGiven,
        logger: logger,
        onListening: onListening
      ).run()
    } else {
      try await serve(configuration, logger, onListening)
    }
  }

  private func serve(
    _ configuration: PDSConfiguration,
    _ logger: Logger,
    _ onListening: @escaping @Sendable () -> Void
  ) async throws {
    let server = try PersonalDataServer(
      configuration,
      storage: database.storage(configuration),
      logger: logger
    )
    try await OpenData.use(closing: server.close) {
      try await server.run { address in
        onListening()
        Console.line(
          DataValue.object(["address": .string(address), "did": .string(server.did)]).jsonString()
        )
      }
    }
  }

  private static func level(_ text: String) throws -> Logger.Level {
    guard let level = Logger.Level(rawValue: text) else {
      throw ValidationError("'\(text)' is not a valid log level")
    }
    return level
  }
}
