import ATProtoData
import AppView
import ArgumentParser
import BskyAppView
import Logging
import SQLiteStorage
import ServiceKit

struct AppViewServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Run an app view until SIGTERM or SIGINT.",
    usage: "atproto appview serve [--dev] [--SETTING VALUE ...]",
    discussion: """
      The first line on standard output is a JSON object: {"address", "did"}, and with --dev \
      {"adminPassword"}, too. The log goes to standard error. Set any of these as an environment \
      variable or as an option; options take precedence:

      \(AppViewSettings.table.help)
      """
  )

  @Flag(
    help: """
      Run for development: on this machine only, in memory, with the relay and the PLC directory of \
      this machine unless others are set, and private IP addresses allowed.
      """
  )
  var dev = false

  @Flag(help: "Stop when standard input ends, as it does when the parent process dies.")
  var stopAtEndOfInput = false

  @Argument(parsing: .allUnrecognized, help: .hidden)
  var settings: [String] = []

  func run() async throws {
    let given = try GivenSettings<AppViewSettings>(isDevelopment: dev, settings)
    let configuration = given.configuration
    var logger = Logger(label: "appview") { StreamLogHandler.standardError(label: $0) }
    logger.logLevel = configuration.logLevel
    given.warnAboutUnknown(logger)
    for advice in configuration.advice { logger.warning("\(advice)") }
    OpenFiles.raiseLimit()
    ProcessMemory.limitArenas()
    let storage = try AppViewStorage.sqlite(configuration.databasePath)
    try await OpenData.use(closing: storage.close) {
      let server = try AppViewServer.complete(configuration, storage: storage, logger: logger)
      try await server.run { [dev, stopAtEndOfInput] address in
        if stopAtEndOfInput { EndOfInput.stop() }
        var line: DataObject = ["address": .string(address), "did": .string(server.did)]
        if dev { line["adminPassword"] = server.adminPassword.map { .string($0) } }
        Console.line(DataValue.object(line).jsonString())
      }
    }
  }
}

extension AppViewServer {
  /// An app view with everything that this executable has: all lexicons, and the methods of
  /// `app.bsky`, each of which is served if the collections that it needs are indexed.
  static func complete(
    _ configuration: AppViewConfiguration,
    storage: AppViewStorage,
    logger: Logger
  ) throws -> AppViewServer {
    try AppViewServer(
      configuration,
      storage: storage,
      lexicons: AppViewLexicons.builtIn,
      handlers: BskyHandlers.routes(),
      logger: logger
    )
  }
}
