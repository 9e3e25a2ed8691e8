import ATProtoData
import Foundation
import TestSupport
import Testing

/// The calls of a typical app, made with the atproto SDK for Python over a socket.
@Suite(
  .enabled(
    if: PythonEnvironment.interpreter != nil,
    "no Python with the atproto SDK: run .ci/python, or set LEXGEN_PYTHON"
  )
)
struct PythonScenarioTests {
  private static let script = PythonEnvironment.package
    .appending(path: "Tests/PDSTests/Peers/sdk_scenario.py").path

  @Test func sdkScenarioSucceeds() async throws {
    let server = try TestServer()
    let interpreter = try #require(PythonEnvironment.interpreter)
    let mailbox = server.folder.appending(path: "mail.mbox").path
    let child = try await server.overSocket { url in
      try await ChildProcess.run(
        interpreter,
        [Self.script, url, mailbox, TestServer.adminPassword]
      )
    }
    let complaint = String(decoding: child.error, as: UTF8.self)
    try #require(child.status == 0, "\(complaint)")
    let output = try DataValue(json: [UInt8](child.output))
    // The commit, the tree, and the remaining records: two posts and a follow.
    #expect((output["blocks"]?.integer ?? 0) >= 5)
    #expect(output["did"]?.string?.hasPrefix("did:plc:") == true)
  }
}
