import ATProtoData
import Foundation
import TestSupport
import Testing

/// Independent consumers and a browser, each against `atproto relay serve`.
///
/// Each script starts the servers, prints a line for each check, and ends with a JSON object that
/// counts them.
@Suite(.serialized) struct RelayPeerTests {
  private func run(_ script: String, atLeast expected: Int) async throws {
    let path = PythonEnvironment.package.appending(path: "Tests/RelayTests/Peers/\(script).py").path
    let interpreter = try #require(PythonEnvironment.interpreter)
    let program = try ChildProcess.built("atproto").path
    // A thread of its own, since it waits for the child.
    let child = try await withCheckedThrowingContinuation { continuation in
      Thread.detachNewThread {
        continuation.resume(
          with: Result { try ChildProcess(interpreter, ["-B", path, program], seconds: 300) }
        )
      }
    }
    let last = child.lines.suffix(20).joined(separator: "\n")
    try #require(child.status == 0, "\(String(decoding: child.error, as: UTF8.self))\n\(last)")
    let result = try DataValue(json: try #require(child.lines.last))
    #expect(result["failed"] == 0)
    // A script whose checks were skipped would succeed, too.
    #expect((result["checks"]?.integer ?? 0) >= expected, "\(result)")
  }

  @Test(
    "websockets and the atproto SDK read and verify the stream of two servers",
    .enabled(
      if: PythonEnvironment.has("websockets", "atproto", "cbrrr"),
      "no Python with the atproto SDK: run .ci/python"
    )
  )
  func consumers() async throws {
    try await run("relay_peer", atLeast: 60)
  }

  @Test(
    "the page for administrators works in Chromium",
    .enabled(if: PythonEnvironment.has("selenium"), "no Python with selenium: run .ci/python"),
    .enabled(if: PythonEnvironment.hasChromeDriver, "no chromedriver: run .ci/setup tests")
  )
  func chromium() async throws {
    try await run("admin_browser", atLeast: 30)
  }
}
