import ATProtoData
import Foundation
import Synchronization
import TestSupport
import Testing

/// `atproto pds serve --dev` as a child process, with an account and a directory for sessions.
final class ClientFixture: Sendable {
  static let handle = "alice.test"
  static let password = "correct horse battery"

  let folder: TemporaryFolder
  let address: String
  /// The base URL of its PLC directory.
  let directory: String
  private let settings: [String]
  private let server: Mutex<RunningProcess>

  init(settings: [String] = []) throws {
    self.settings = settings
    folder = try TemporaryFolder()
    let (server, place) = try Self.serve(folder, port: "0", settings)
    self.server = Mutex(server)
    address = try #require(place["address"]?.string)
    directory = try #require(place["plc"]?.string)
    try folder.write("\(Self.password)\n", to: "password")
    try folder.write("wrong\n", to: "wrong-password")
    try folder.write(
      """
      {"handle": "\(Self.handle)", "email": "alice@mail.test", "password": "\(Self.password)"}
      """,
      to: "account.json"
    )
    let made = try run(
      "xrpc",
      "procedure",
      "com.atproto.server.createAccount",
      "--service",
      address,
      "--input",
      path("account.json")
    )
    try #require(made.status == 0)
  }

  deinit {
    server.withLock { Self.stop($0) }
  }

  /// Stops the server, and starts another one with the same data on the same port.
  func restart() throws {
    try server.withLock { server in
      Self.stop(server)
      let port = address.split(separator: ":").last.map(String.init) ?? ""
      server = try Self.serve(folder, port: port, settings).server
    }
  }

  private static func stop(_ server: RunningProcess) {
    kill(server.identifier, SIGTERM)
    _ = server.wait(seconds: 60)
  }

  private static func serve(
    _ folder: TemporaryFolder,
    port: String,
    _ settings: [String]
  ) throws -> (server: RunningProcess, place: DataValue) {
    // Without --stop-at-end-of-input, because its input is /dev/null.
    let server = try RunningProcess(
      try ChildProcess.built("atproto"),
      ["pds", "serve", "--dev", "--port", port, "--data", "\(folder.path)/data"] + settings,
      output: "\(folder.path)/address",
      error: "\(folder.path)/log"
    )
    for _ in 0..<3000 {
      let text = (try? folder.text("address")) ?? ""
      if text.hasSuffix("\n") { return (server, try DataValue(json: text)) }
      usleep(20_000)
    }
    throw ProcessFailure(reason: "no server: \((try? folder.text("log")) ?? "")")
  }

  func path(_ name: String) -> String { "\(folder.path)/\(name)" }

  /// Runs the executable with the sessions of this fixture.
  func run(_ arguments: String...) throws -> ChildProcess {
    try run(arguments: arguments)
  }

  func run(arguments: [String]) throws -> ChildProcess {
    try ChildProcess(atproto: arguments, in: folder)
  }

  func logIn() throws -> DataValue {
    try object(
      try run(
        "login",
        Self.handle,
        "--service",
        address,
        "--json",
        "--password-file",
        path("password")
      )
    )
  }

  /// The line of JSON printed by a successful command.
  func object(_ child: ChildProcess) throws -> DataValue {
    try #require(
      child.status == 0,
      "\(child.lines) \(String(decoding: child.error, as: UTF8.self))"
    )
    return try DataValue(json: try #require(child.lines.first))
  }
}
