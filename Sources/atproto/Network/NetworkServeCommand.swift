import ATProtoData
import ArgumentParser
import Foundation
import Logging
import ServiceKit
import UnixSignals

struct NetworkServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Run a whole network for development, until SIGTERM or SIGINT.",
    usage: "atproto network serve --dev [<options>]",
    discussion: """
      Runs a PLC directory, two PDSs, a relay, a labeler, and an app view on this machine, with a \
      few accounts that have written posts. The first line on standard output is a JSON object: \
      {"address", "adminPassword", "plc", "pds", "relay", "labeler", "appview", "accounts"}; \
      "address" is a page that shows them all. The log goes to standard error.
      """
  )

  @Flag(help: "Confirm that this network is for development. Required.")
  var dev = false

  @Option(
    help: ArgumentHelp(
      "Use seven consecutive ports from this one: page, PLC directory, PDS A, PDS B, relay, labeler, "
        + "and app view; default: free ports.",
      valueName: "port"
    )
  )
  var portBase: Int?

  @Option(
    help: ArgumentHelp(
      "Keep data and ports here; default: data in memory.",
      valueName: "directory"
    )
  )
  var dataDirectory: String?

  @Option(
    help: ArgumentHelp(
      "Index the records of the lexicons in this folder, too; may be repeated.",
      valueName: "folder"
    )
  )
  var lexicons: [String] = []

  @Flag(inversion: .prefixedNo, help: "Create accounts and posts.")
  var seed = true

  @Option(
    help: ArgumentHelp(
      "Log from this level: trace, debug, info, notice, warning, error, or critical.",
      valueName: "level"
    ),
    transform: Self.level
  )
  var logLevel = Logger.Level.warning

  @Flag(help: "Stop when standard input ends, as it does when the parent process dies.")
  var stopAtEndOfInput = false

  func validate() throws {
    if !dev { throw ValidationError("this network is for development only; pass --dev") }
    let count = NetworkPlan.Member.allCases.count
    if let portBase, !(1...(65_536 - count)).contains(portBase) {
      throw ValidationError("--port-base must be from 1 to \(65_536 - count)")
    }
  }

  func run() async throws {
    OpenFiles.raiseLimit()
    ProcessMemory.limitArenas()
    let scratch = FileManager.default.temporaryDirectory
      .appending(path: "atproto-network-\(UUID().uuidString)").path
    defer { if dataDirectory == nil { try? FileManager.default.removeItem(atPath: scratch) } }
    let choice = try PortChoice(base: portBase, directory: dataDirectory)
    let plan = NetworkPlan(
      ports: choice.ports,
      folder: dataDirectory ?? scratch,
      isPersistent: dataDirectory != nil,
      lexiconFolders: lexicons
    )
    let network = DevelopmentNetwork(plan: plan, logLevel: logLevel)
    // A signal that arrives earlier stops the network once it is up, so that nothing is left behind.
    let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
    if stopAtEndOfInput { EndOfInput.stop() }
    // The resolver of handles is needed while accounts are created, the page only afterwards.
    let accounts = NetworkAccounts()
    let page = try NetworkPage(plan: plan, accounts: accounts, logger: network.logger(.page))
    try await page.serve { _ in
      try await network.serve { running in
        try choice.keep()
        if seed { accounts.set(try await NetworkSeed(running).plant()) }
        page.show(running)
        Console.line(running.description(accounts: accounts.all).jsonString())
        for await _ in signals { break }
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

/// The ports of a network: those of an option, those of the last time, or free ones.
private struct PortChoice {
  let ports: [Int]
  private let file: String?
  /// Holds free ports until the services listen.
  private let reserved: ReservedPorts?

  init(base: Int?, directory: String?) throws {
    let count = NetworkPlan.Member.allCases.count
    file = directory.map { $0 + "/ports" }
    if let base {
      ports = (0..<count).map { base + $0 }
      reserved = nil
    } else if let file, let kept = Self.kept(in: file, count) {
      ports = kept
      reserved = nil
    } else {
      let free = try ReservedPorts(count: count)
      ports = free.numbers
      reserved = free
    }
  }

  private static func kept(in file: String, _ count: Int) -> [Int]? {
    guard let text = try? String(contentsOfFile: file, encoding: .utf8) else { return nil }
    let ports = text.split(separator: "\n").compactMap { UInt16($0).map(Int.init) }
    return ports.count == count && !ports.contains(0) ? ports : nil
  }

  /// Keeps the ports for the next time, because identities and sessions name them.
  func keep() throws {
    guard let file else { return }
    let text = ports.map { "\($0)\n" }.joined()
    try text.write(toFile: file, atomically: true, encoding: .utf8)
  }
}
