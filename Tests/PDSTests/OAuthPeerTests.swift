import ATProtoData
import Foundation
import TestSupport
import Testing

/// Independent OAuth clients, an attacker, and a browser, each against `atproto pds serve`.
///
/// Each script starts a server, prints a line for each check, and ends with a JSON object that counts
/// them.
@Suite(.serialized)
struct OAuthPeerTests {
  private func run(_ script: String, atLeast expected: Int) async throws {
    let path = PythonEnvironment.package.appending(path: "Tests/PDSTests/Peers/\(script).py").path
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
    "atproto-oauth from PyPI completes its flows, also as a confidential client",
    .enabled(
      if: PythonEnvironment.has("atproto_oauth"),
      "no Python with atproto-oauth: run .ci/python"
    )
  )
  func atprotoOAuth() async throws {
    try await run("oauth_atproto_oauth", atLeast: 50)
  }

  @Test(
    "atproto-oauth-py from PyPI completes its flows",
    .enabled(if: PythonEnvironment.hasOAuthPy, "no Python with atproto-oauth-py: run .ci/python")
  )
  func atprotoOAuthPy() async throws {
    try await run("oauth_atproto_oauth_py", atLeast: 20)
  }

  @Test(
    "hostile requests, documents and forms are refused within bounds",
    .enabled(if: PythonEnvironment.has("httpx", "cryptography"), "no Python with httpx")
  )
  func hostile() async throws {
    try await run("oauth_hostile", atLeast: 1_000)
  }

  @Test(
    "the pages work in Chromium, by keyboard, and without JavaScript",
    .enabled(if: PythonEnvironment.has("selenium"), "no Python with selenium: run .ci/python"),
    .enabled(if: PythonEnvironment.hasChromeDriver, "no chromedriver: run .ci/setup tests")
  )
  func chromium() async throws {
    try await run("oauth_browser", atLeast: 300)
  }
}
