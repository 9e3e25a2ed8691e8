import TestSupport
import Testing

/// Independent consumers and a browser, each against `atproto relay serve`.
@Suite(.serialized) struct RelayPeerTests {
  private func run(_ script: String, atLeast expected: Int) async throws {
    let result = try await PythonChecks.run("Tests/RelayTests/Peers/\(script).py")
    #expect(result.failed == 0)
    #expect(result.checks >= expected)
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
    .enabled(
      if: PythonEnvironment.has("selenium", "websockets"),
      "no Python with selenium: run .ci/python"
    ),
    .enabled(if: PythonEnvironment.hasChromeDriver, "no chromedriver: run .ci/setup tests")
  )
  func chromium() async throws {
    try await run("admin_browser", atLeast: 45)
  }
}
