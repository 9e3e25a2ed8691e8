import ATProtoData
import ATProtoSyntax
import ComAtprotoAPI
import Foundation
import HTTPTypes
import TestSupport
import Testing
import XRPCClient

/// How the executable starts, restarts, and fails to start with `atproto pds serve`.
@Suite(.serialized) struct ServerStartTests {
  private func alice(_ server: ServiceProcess) async throws -> XRPCClient {
    let session = try await server.client.comAtproto.server.createSession(
      ComAtproto.Server.CreateSession.Input(
        identifier: "alice.test",
        password: ComAtproto.Server.CreateAccount.Input.samplePassword
      )
    )
    let document = try #require(session.didDoc)
    #expect(
      document["service"]?.array?.first?["serviceEndpoint"]?.string == "\(server.client.service)"
    )
    var client = server.client
    client.headers[.authorization] = "Bearer \(session.accessJwt)"
    return client
  }

  /// The documented command, repeatedly: the DIDs name the URL of the running server.
  @Test func serverRestartsOnTheSameDirectory() async throws {
    let folder = try TemporaryFolder()
    var server = try await ServiceProcess(pds: folder.path, ["--dev"])
    let first = server.client.service
    _ = try await server.client.comAtproto.server.createAccount(.sample("alice"))
    #expect(server.end(SIGTERM) == 0)

    server = try await ServiceProcess(pds: folder.path, ["--dev"])
    #expect(server.client.service == first)
    #expect(!server.log.contains("names the new address"))
    _ = try await alice(server)
    #expect(server.end(SIGTERM) == 0)

    // Meanwhile, another process uses the port.
    let taken = try SilentPort()
    try "\(taken.number)\n".write(
      toFile: folder.path + "/data/port",
      atomically: true,
      encoding: .utf8
    )
    server = try await ServiceProcess(pds: folder.path, ["--dev"])
    #expect(server.client.service != first)
    let client = try await alice(server).comAtproto.server
    #expect(try await client.checkAccountStatus().validDid)
    try await client.deactivateAccount(.init())
    try await client.activateAccount()
    #expect(server.end(SIGTERM) == 0)
    let modes = try ["", "/plc", "/pds.sqlite"].map { path in
      try FileManager.default.attributesOfItem(atPath: folder.path + "/data" + path)[
        .posixPermissions
      ] as? Int
    }
    #expect(modes == [0o700, 0o700, 0o600])
  }

  @Test("a development server can keep everything in memory, and writes no file")
  func memoryDatabaseWritesNoFile() async throws {
    let folder = try TemporaryFolder()
    let server = try await ServiceProcess(pds: folder.path, ["--dev", "--database", "memory:"])
    let session = try await server.client.comAtproto.server.createAccount(.sample("alice"))
    let described = try await server.client.comAtproto.repo.describeRepo(
      ComAtproto.Repo.DescribeRepo.Parameters(repo: FormatString(session.did.string))
    )
    #expect(described.did == session.did)
    #expect(server.end(SIGTERM) == 0)
    #expect(!FileManager.default.fileExists(atPath: folder.path + "/data"))
  }

  @Test("in-memory data is allowed only in development")
  func memoryDatabaseNeedsDevelopment() throws {
    let child = try start(
      TemporaryFolder(),
      ["--database", "memory:", "--hostname", "pds.example"]
    )
    #expect(child.status != 0)
    let error = String(decoding: child.error, as: UTF8.self)
    #expect(error.contains("--database memory: requires --dev"))
  }

  /// The end of a file. A pipe ends when the parent process exits.
  @Test(arguments: modes)
  func serverStopsAtEndOfInput(_ mode: [String]) throws {
    let child = try start(TemporaryFolder(), mode + ["--port", "0", "--stop-at-end-of-input"])
    #expect(child.status == 0 && child.lines.count == 1)
  }

  private func start(_ folder: TemporaryFolder, _ arguments: [String]) throws -> ChildProcess {
    // The directory can be removed once no process uses it.
    defer { withExtendedLifetime(folder) {} }
    return try ChildProcess(
      ChildProcess.built("atproto"),
      ["pds", "serve", "--data", folder.path + "/data"] + arguments
    )
  }

  /// One line names the problem, without a stack trace.
  private func expectRefusal(_ child: ChildProcess, _ reason: String) {
    let error = String(decoding: child.error, as: UTF8.self)
    #expect(child.status == 1 && child.output.isEmpty)
    #expect(error.contains("error: \(reason)"), "\(error)")
    #expect(!error.contains(" error pds"), "\(error)")
  }

  private static let modes = [["--dev"], ["--hostname", "pds.example.com"]]

  @Test(arguments: modes)
  func portInUseIsReported(_ mode: [String]) throws {
    let taken = try SilentPort()
    let child = try start(TemporaryFolder(), mode + ["--port", "\(taken.number)"])
    expectRefusal(
      child,
      "cannot listen on 127.0.0.1:\(taken.number): address already in use; change PDS_PORT"
    )
  }

  @Test func portOfThePLCDirectoryInUseIsReported() throws {
    let taken = try SilentPort()
    let child = try ChildProcess(
      ChildProcess.built("atproto"),
      ["plc", "serve", "--dev", "--port", "\(taken.number)"]
    )
    expectRefusal(child, "cannot listen on 127.0.0.1:\(taken.number): ")
  }

  @Test(arguments: modes)
  func foreignIPAddressIsReported(_ mode: [String]) throws {
    // RFC 5737: an IP address reserved for documentation.
    let child = try start(TemporaryFolder(), mode + ["--port", "0", "--bind-address", "192.0.2.1"])
    expectRefusal(child, "cannot listen on 192.0.2.1:0: not an IP address of this host")
  }

  @Test(arguments: modes)
  func dataDirectoryThatIsAFileIsReported(_ mode: [String]) throws {
    let folder = try TemporaryFolder()
    try "".write(toFile: folder.path + "/data", atomically: true, encoding: .utf8)
    let child = try start(folder, mode + ["--port", "0"])
    expectRefusal(child, "cannot create the data directory \(folder.path)/data")
    let error = String(decoding: child.error, as: UTF8.self)
    // Which of the two depends on what the server creates first.
    let reasons = [": Not a directory", ": File exists"]
    #expect(reasons.contains { error.contains($0) }, "\(error)")
    #expect(!error.contains("Domain"), "\(error)")
  }

  @Test(arguments: ["pds.sqlite", "plc/plc.sqlite"])
  func invalidDatabaseIsReported(_ name: String) throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/data/\(name)"
    try FileManager.default.createDirectory(
      atPath: folder.path + "/data/plc",
      withIntermediateDirectories: true
    )
    try "not a database, for certain".write(toFile: path, atomically: true, encoding: .utf8)
    expectRefusal(try start(folder, ["--dev", "--port", "0"]), "cannot open \(path): ")
  }
}
