import TestSupport
import Testing

/// Other implementations, scripts, and a browser, each against `atproto labeler serve`.
@Suite(.serialized) struct LabelerPeerTests {
  private func run(_ script: String, atLeast expected: Int) async throws {
    let result = try await PythonChecks.run("Tests/LabelerTests/Peers/\(script).py")
    #expect(result.failed == 0)
    #expect(result.checks >= expected)
  }

  @Test(
    "the atproto SDK reports and moderates; websockets and cbrrr read the stream",
    .enabled(
      if: PythonEnvironment.has("websockets", "atproto", "cbrrr"),
      "no Python with the atproto SDK: run .ci/python"
    )
  )
  func consumers() async throws {
    try await run("labeler_peer", atLeast: 35)
  }

  @Test(
    "the bodies that scripts send are accepted",
    .enabled(if: PythonEnvironment.has("httpx"), "no Python with httpx: run .ci/python")
  )
  func scripts() async throws {
    try await run("ozone_script", atLeast: 20)
  }

  @Test(
    "the review page works in Chromium, by keyboard, and without JavaScript",
    .enabled(if: PythonEnvironment.has("selenium"), "no Python with selenium: run .ci/python"),
    .enabled(if: PythonEnvironment.hasChromeDriver, "no chromedriver: run .ci/setup tests")
  )
  func chromium() async throws {
    try await run("review_browser", atLeast: 40)
  }
}
