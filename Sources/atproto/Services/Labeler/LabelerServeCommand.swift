import ATProtoData
import ArgumentParser
import Labeler
import Logging
import SQLiteStorage
import ServiceKit

struct LabelerServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Run a labeler until SIGTERM or SIGINT.",
    usage: "atproto labeler serve [--dev] [--SETTING VALUE ...]",
    discussion: """
      The first line on standard output is a JSON object: {"address", "did"}, and with --dev \
      {"plc", "signingKey", "adminPassword"}, too. The log goes to standard error. Set any of these \
      as an environment variable or as an option; options take precedence:

      \(LabelerSettings.table.help)
      """
  )

  @Flag(
    help: """
      Run for development, without any settings: on this machine only, in memory, with an identity \
      in a PLC directory beside the labeler (at port 2582 if it is free), and private IP addresses \
      allowed.
      """
  )
  var dev = false

  @Flag(help: "Stop when standard input ends, as it does when the parent process dies.")
  var stopAtEndOfInput = false

  @Argument(parsing: .allUnrecognized, help: .hidden)
  var settings: [String] = []

  func run() async throws {
    let given = try GivenSettings<LabelerSettings>(isDevelopment: dev, settings)
    let configuration = given.configuration
    var logger = Logger(label: "labeler") {
      EscapingLogHandler(StreamLogHandler.standardError(label: $0))
    }
    logger.logLevel = configuration.logLevel
    given.warnAboutUnknown(logger)
    for advice in configuration.advice { logger.warning("\(advice)") }
    OpenFiles.raiseLimit()
    ProcessMemory.limitArenas()
    let storage = try LabelerStorage.sqlite(configuration)
    try await OpenData.use(closing: storage.close) {
      try await RunningLabeler(
        storage: storage,
        hasDirectory: given.settings.isDirectoryGiven,
        stopsAtEndOfInput: stopAtEndOfInput,
        logger: logger
      ).run(configuration)
    }
  }
}
