import TestSupport
import Testing

/// Independent OAuth clients, an attacker, and a browser, each against `atproto pds serve`.
@Suite(.serialized)
struct OAuthPeerTests {
  private func run(_ script: String, atLeast expected: Int) async throws {
    let result = try await PythonChecks.run("Tests/PDSTests/Peers/\(script).py")
    #expect(result.failed == 0)
    #expect(result.checks >= expected)
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
