import ArgumentParser
import Logging
import PLCDirectory
import SQLiteStorage

struct PLCServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Runs a PLC directory until SIGTERM or SIGINT.",
    discussion: """
      For development: whoever reaches the port can register identities. The first line on \
      standard output is a JSON object with the address that is listened on.
      """
  )

  @Flag(help: "Required: says that this is no directory of the network.")
  var dev = false

  @Option(help: "The port to listen on; 0 for any free one.")
  var port: UInt16 = 2582

  @Option(help: "The address to listen on.")
  var bind = "127.0.0.1"

  @Option(
    help: ArgumentHelp(
      "The folder for the database; without it the directory forgets everything at the end.",
      valueName: "directory"
    )
  )
  var data: String?

  func validate() throws {
    if !dev { throw ValidationError("--dev is needed: this directory is for development") }
  }

  func run() async throws {
    let logger = Logger(label: "plc") { StreamLogHandler.standardError(label: $0) }
    if let data {
      let store = try SQLitePLCStore(directory: data)
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
