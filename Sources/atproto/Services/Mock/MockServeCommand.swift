import ATProtoData
import ArgumentParser
import Foundation
import Logging
import MockServer
import ServiceKit

struct MockCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mock",
    abstract: "Run a server of sample data, for tests of clients.",
    subcommands: [MockServeCommand.self]
  )
}

struct MockServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Answer every method of lexicons with valid samples, until SIGTERM or SIGINT.",
    discussion: """
      Listens on 127.0.0.1. The first line on standard output is a JSON object: {"address", "did", \
      "seed", "methods"}. Lexicons of com.atproto are built in. A document with errors is left out, \
      with a line on standard error.

      The same lexicons, seed, and call give the same answer. Records that a client writes are kept in \
      memory. Calls control their answer with header fields, or parameters of the same names: \
      x-mock-seed, x-mock-error (a declared error, or !drop), x-mock-latency. Files in --data replace \
      answers: NSID.json for a method or a record type, NSID.jsonl for a subscription.

        atproto mock serve lexicons
        atproto mock serve lexicons --port 0 --seed 7 --data fixtures
      """
  )

  @Argument(
    help: ArgumentHelp("Serve the lexicons in these folders and files.", valueName: "dir"),
    completion: .directory
  )
  var paths: [String]

  @Option(help: "Listen on this port; 0 for any free port.")
  var port = 2584

  @Option(help: "Set the seed of the samples.")
  var seed: UInt64 = 1

  @Option(
    help: ArgumentHelp("Read files that replace answers from this folder.", valueName: "dir"),
    completion: .directory
  )
  var data: String?

  @Option(
    help: ArgumentHelp(
      "Wait before each answer, in milliseconds: a number, or a range such as 50-200.",
      valueName: "ms"
    ),
    transform: MockServeCommand.latency
  )
  var latency: ClosedRange<Int> = 0...0

  @Option(help: "Send this many messages per second on each subscription.")
  var rate = 5.0

  @Option(help: "Close a subscription after this many messages. Default: no limit.")
  var events: Int?

  @Option(help: "Fill lists that have pages with this many entries.")
  var items = 25

  @Flag(help: "Refuse calls without a token, except those that open a session.")
  var requireAuth = false

  func validate() throws {
    guard (0...65_535).contains(port) else {
      throw ValidationError("--port must be between 0 and 65535.")
    }
    guard rate >= 0.001, rate <= 100_000 else {
      throw ValidationError("--rate must be between 0.001 and 100000.")
    }
    guard events.map({ $0 >= 0 }) ?? true else {
      throw ValidationError("--events must not be negative.")
    }
    guard (0...10_000).contains(items) else {
      throw ValidationError("--items must be between 0 and 10000.")
    }
  }

  func run() async throws {
    if let data {
      guard (try? FileManager.default.contentsOfDirectory(atPath: data)) != nil else {
        throw CommandError(reason: "cannot read the folder \(data)")
      }
    }
    let lexicons = MockLexicons(paths: paths)
    for problem in lexicons.problems { Console.error(problem) }
    guard lexicons.documentCount > 0 else {
      throw CommandError(reason: "no Lexicon documents found in \(paths.joined(separator: ", "))")
    }
    var configuration = MockConfiguration()
    configuration.port = port
    configuration.seed = seed
    configuration.dataDirectory = data
    configuration.latency = latency
    configuration.rate = rate
    configuration.events = events
    configuration.items = items
    configuration.requiresAuthentication = requireAuth
    configuration.warn = { Console.error($0) }
    var logger = Logger(label: "mock") { StreamLogHandler.standardError(label: $0) }
    logger.logLevel = .warning
    let service = MockService(lexicons, configuration, logger: logger)
    let count = service.methodCount
    try await service.run { [seed] address in
      let port = address.split(separator: ":").last.flatMap { Int($0) } ?? 0
      let line: DataValue = [
        "address": .string(address),
        "did": .string(MockService.did(port: port)),
      ]
      // A seed may be larger than the integers of the data model.
      let object = line.jsonString().dropLast()
      Console.line("\(object),\"seed\":\(seed),\"methods\":\(count)}")
    }
  }

  private static func latency(_ text: String) throws -> ClosedRange<Int> {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
    guard (1...2).contains(parts.count), let least = parts[0], let most = parts[parts.count - 1],
      least >= 0, least <= most, most <= 600_000
    else {
      throw ValidationError("'\(text)' is not a number of milliseconds or a range such as 50-200.")
    }
    return least...most
  }
}
