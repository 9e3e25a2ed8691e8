import TestSupport
import Testing

/// Another implementation of a client, against a whole network.
@Suite(.serialized) struct AppViewPeerTests {
  @Test(
    "the atproto SDK reads through a PDS what it has written there; websockets reads the stream",
    .enabled(
      if: PythonEnvironment.has("websockets", "atproto", "cbrrr"),
      "no Python with the atproto SDK: run .ci/python"
    )
  )
  func sdk() async throws {
    let result = try await PythonChecks.run("Tests/AppViewTests/Peers/sdk_peer.py")
    #expect(result.failed == 0)
    #expect(result.checks >= 45)
  }
}
