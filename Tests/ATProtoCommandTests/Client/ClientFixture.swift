import ATProtoData
import Foundation
import TestSupport
import Testing

/// `atproto pds serve --dev` as a child, an account at it, and a folder for sessions.
final class ClientFixture: Sendable {
  static let handle = "alice.test"
  static let password = "correct horse battery"

  let folder: TemporaryFolder
  let address: String
  private let server: RunningProcess

  init() throws {
    folder = try TemporaryFolder()
    // A server that watches its input ends at once where that is /dev/null.
    server = try RunningProcess(
      try ChildProcess.built("atproto"),
      ["pds", "serve", "--dev", "--port", "0", "--data", "\(folder.path)/data"],
      output: "\(folder.path)/address",
      error: "\(folder.path)/log"
    )
    var found: String?
    for _ in 0..<1500 where found == nil {
      let text = (try? folder.text("address")) ?? ""
      if text.hasSuffix("\n") { found = try DataValue(json: text)["address"]?.string }
      if found == nil { usleep(20_000) }
    }
    address = try #require(found)
    try folder.write("\(Self.password)\n", to: "password")
    try folder.write("wrong\n", to: "wrong-password")
    try folder.write(
      """
      {"handle": "\(Self.handle)", "email": "alice@mail.test", "password": "\(Self.password)"}
      """,
      to: "account.json"
    )
    let made = try run(
      "procedure",
      "com.atproto.server.createAccount",
      "--service",
      address,
      "--dev",
      "--input",
      path("account.json")
    )
    try #require(made.status == 0)
  }

  deinit {
    kill(server.identifier, SIGTERM)
    _ = server.wait(seconds: 10)
  }

  func path(_ name: String) -> String { "\(folder.path)/\(name)" }

  /// Runs the executable with the sessions of this fixture.
  func run(_ arguments: String...) throws -> ChildProcess {
    try run(arguments: arguments)
  }

  func run(arguments: [String]) throws -> ChildProcess {
    try ChildProcess(
      URL(filePath: "/usr/bin/env"),
      ["XDG_STATE_HOME=\(path("state"))", try ChildProcess.built("atproto").path] + arguments
    )
  }

  func logIn() throws -> DataValue {
    try object(
      try run(
        "login",
        Self.handle,
        "--service",
        address,
        "--dev",
        "--json",
        "--password-file",
        path("password")
      )
    )
  }

  /// The one line of JSON that a command ended well with.
  func object(_ child: ChildProcess) throws -> DataValue {
    try #require(
      child.status == 0,
      "\(child.lines) \(String(decoding: child.error, as: UTF8.self))"
    )
    return try DataValue(json: try #require(child.lines.first))
  }
}
