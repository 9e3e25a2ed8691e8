import ArgumentParser
import Logging
import PLCDirectory

struct PLCServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Run a PLC directory for development, until SIGTERM or SIGINT.",
    discussion: """
      Anyone who can reach the port can register identities. The first line on standard output is \
      a JSON object: {"address"}; the log goes to standard error.
      """
  )

  @Flag(help: "Confirm that this PLC directory is for development. Required.")
  var dev = false

  @Option(help: ArgumentHelp("Listen on this port; 0 for any free one.", valueName: "port"))
  var port: UInt16 = 2582

  @Option(help: ArgumentHelp("Listen on this IP address.", valueName: "ip-address"))
  var bind = "127.0.0.1"

  @Option(
    help: ArgumentHelp(
      "Keep the database in this directory; default: in memory, until the server stops.",
      valueName: "directory"
    )
  )
  var data: String?

  func validate() throws {
    if !dev { throw ValidationError("this PLC directory is for development only; pass --dev") }
  }

  func run() async throws {
    let logger = Logger(label: "plc") { StreamLogHandler.standardError(label: $0) }
    if let data {
      let store = try SQLitePLCStore(folder: data)
      try await serve(store, logger)
      try store.close()
    } else {
      try await serve(MemoryPLCStore(), logger)
    }
  }

  private func serve(_ store: some PLCStore, _ logger: Logger) async throws {
    let directory = PLCDirectory(store: store)
    let server = PLCDirectoryServer(directory, host: bind, port: Int(port), logger: logger)
    try await server.run { address in Console.line(#"{"address":"\#(address)"}"#) }
  }
}
