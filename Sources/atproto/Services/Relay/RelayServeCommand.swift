import ATProtoData
import ArgumentParser
import Foundation
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
      Run for development, without any settings: on this machine only, in memory, with hosts on \
      this machine allowed.
      """
  )
  var dev = false

  @Flag(help: "Stop when standard input ends, as it does when the parent process dies.")
  var stopAtEndOfInput = false

  @Argument(parsing: .allUnrecognized, help: .hidden)
  var settings: [String] = []

  func run() async throws {
    let (configuration, unknown) = try RelaySettings.configuration(isDevelopment: dev, settings)
    let logger = Self.logger(configuration)
    for name in unknown where !RelayPullHostsCommand.variables.contains(name) {
      logger.warning("unknown setting", metadata: ["name": "\(name)"])
    }
    for advice in configuration.advice { logger.warning("\(advice)") }
    OpenFiles.raiseLimit()
    let stops = stopAtEndOfInput
    let storage = try RelayStorage.sqlite(configuration)
    let server: RelayServer
    do {
      server = try await RelayServer(configuration, storage: storage, logger: logger)
      try await server.run { [dev] address in
        if stops { EndOfInput.stop() }
        var line: DataObject = ["address": .string(address)]
        if dev { line["adminPassword"] = configuration.adminPasswords.first.map { .string($0) } }
        Console.line(DataValue.object(line).jsonString())
      }
    } catch {
      try? storage.close()
      throw error
    }
    try storage.close()
  }

  private static func logger(_ configuration: RelayConfiguration) -> Logger {
    var logger = Logger(label: "relay") { StreamLogHandler.standardError(label: $0) }
    logger.logLevel = configuration.logLevel
    if let environment = configuration.environment {
      logger[metadataKey: "environment"] = "\(environment)"
    }
    return logger
  }
}

extension RelaySettings {
  /// Reads the environment, and options, which take precedence.
  ///
  /// - Returns: the names of unknown settings, too, for a warning.
  static func configuration(
    isDevelopment: Bool,
    _ arguments: [String]
  ) throws -> (RelayConfiguration, unknown: [String]) {
    var settings = RelaySettings(isDevelopment: isDevelopment)
    let unknown: [String]
    do {
      unknown = try settings.read(ProcessInfo.processInfo.environment)
    } catch {
      throw CommandError(reason: error.reason, exitCode: .validationFailure)
    }
    try SettingsFlags.apply(arguments, to: &settings)
    do {
      return (try settings.finished(), unknown)
    } catch {
      throw CommandError(reason: error.reason, exitCode: .validationFailure)
    }
  }
}
