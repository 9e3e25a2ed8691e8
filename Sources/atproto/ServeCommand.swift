import ArgumentParser
import Foundation
import Logging
import PDS

struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Runs a Personal Data Server until SIGTERM or SIGINT.",
    discussion: """
      The first line on standard output is a JSON object with the address that is listened on; \
      the log goes to standard error. New identities are did:plc; their operations stay in the \
      database and are submitted to no directory yet.
      """
  )

  @Flag(help: "For development: plain HTTP under the socket's own address, handles in .test.")
  var dev = false

  @Option(help: "The port to listen on; 0 for any free one.")
  var port: UInt16 = 2583

  @Option(help: "The address to listen on.")
  var bind = "127.0.0.1"

  @Option(help: ArgumentHelp("The folder for the database.", valueName: "directory"))
  var data = "pds-data"

  @Option(help: "The name under which clients reach the server.")
  var hostname: String?

  @Option(
    name: .customLong("handle-domain"),
    help: "A domain below which handles are given out, with its leading dot; may be repeated."
  )
  var handleDomains: [String] = []

  @Option(
    help: "What is logged: trace, debug, info, notice, warning, error or critical.",
    transform: Self.level
  )
  var logLevel = Logger.Level.info

  @Flag(help: "Also stop when standard input ends, as it does when the parent process dies.")
  var stopAtEndOfInput = false

  func validate() throws {
    if !dev, hostname == nil {
      throw ValidationError("--hostname is needed, or --dev for a server on this machine")
    }
  }

  func run() async throws {
    var logger = Logger(label: "pds") { StreamLogHandler.standardError(label: $0) }
    logger.logLevel = logLevel
    let configuration = PDSConfiguration(
      dataDirectory: data,
      hostname: hostname ?? "localhost",
      bindAddress: bind,
      port: Int(port),
      isDevelopment: dev,
      handleDomains: handleDomains.isEmpty ? nil : handleDomains
    )
    let server = try PersonalDataServer(configuration, logger: logger)
    if stopAtEndOfInput { stopWhenInputEnds() }
    try await server.run { address in
      Console.line(#"{"address":"\#(address)"}"#)
    }
    try server.close()
  }

  private static func level(_ text: String) throws -> Logger.Level {
    guard let level = Logger.Level(rawValue: text) else {
      throw ValidationError("'\(text)' is not a level of the log")
    }
    return level
  }

  private func stopWhenInputEnds() {
    FileHandle.standardInput.readabilityHandler = { input in
      if input.availableData.isEmpty {
        input.readabilityHandler = nil
        kill(getpid(), SIGTERM)
      }
    }
  }
}
