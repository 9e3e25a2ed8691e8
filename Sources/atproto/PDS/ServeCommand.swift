import ATProtoData
import ArgumentParser
import Foundation
import Logging
import PDS
import SQLiteStorage

struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Runs a Personal Data Server until SIGTERM or SIGINT.",
    usage: "atproto pds serve [--dev] [--SETTING VALUE ...]",
    discussion: """
      The first line on standard output is a JSON object with the address that is listened on; \
      the log goes to standard error. Settings come from the environment or as flags, which win:

      \(SettingsHelp.text)
      """
  )

  @Flag(
    help: """
      For development, and nothing else is needed: plain HTTP under the socket's own address, \
      handles in .test, a directory of did:plc beside it, private addresses allowed. The first \
      line has the directory's address and the administrator's password, too.
      """
  )
  var dev = false

  @Option(
    help: "What is logged: trace, debug, info, notice, warning, error or critical.",
    transform: Self.level
  )
  var logLevel: Logger.Level?

  @Flag(help: "Also stop when standard input ends, as it does when the parent process dies.")
  var stopAtEndOfInput = false

  @Argument(parsing: .allUnrecognized, help: .hidden)
  var settings: [String] = []

  func run() async throws {
    let environment = ProcessInfo.processInfo.environment
    var logger = Logger(label: "pds") { StreamLogHandler.standardError(label: $0) }
    logger.logLevel = try logLevel ?? environment["LOG_LEVEL"].map(Self.level) ?? .info
    var given = PDSSettings(isDevelopment: dev)
    do {
      for name in try given.read(environment) {
        logger.warning("no setting of this server", metadata: ["name": "\(name)"])
      }
    } catch {
      throw ValidationError(error.reason)
    }
    try SettingsHelp.apply(settings, to: &given)
    let configuration: PDSConfiguration
    do {
      configuration = try given.finished()
    } catch {
      throw ValidationError(error.reason)
    }
    for advice in configuration.advice { logger.warning("\(advice)") }
    OpenFiles.raiseLimit()
    let stops = stopAtEndOfInput
    let onListening: @Sendable () -> Void = { if stops { Self.stopWhenInputEnds() } }
    if dev {
      try await DevelopmentServer(
        configuration,
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
      storage: .sqlite(configuration),
      logger: logger
    )
    try await server.run { address in
      onListening()
      Console.line(
        DataValue.object(["address": .string(address), "did": .string(server.did)]).jsonString()
      )
    }
    try server.close()
  }

  private static func level(_ text: String) throws -> Logger.Level {
    guard let level = Logger.Level(rawValue: text) else {
      throw ValidationError("'\(text)' is not a level of the log")
    }
    return level
  }

  /// A thread that reads: files and `/dev/null` tell nobody that they can be read.
  private static func stopWhenInputEnds() {
    Thread.detachNewThread {
      while (try? FileHandle.standardInput.read(upToCount: 4096))?.isEmpty == false {}
      kill(getpid(), SIGTERM)
    }
  }
}
