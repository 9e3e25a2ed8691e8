import ATProtoData
import Foundation
import TestSupport
import Testing

/// The `atproto` SDK for Python, an independent implementation, as a client of this PDS.
@Suite(
  .enabled(
    if: PythonEnvironment.has("atproto"),
    "no Python with the atproto SDK: run .ci/python, or set LEXGEN_PYTHON"
  )
)
struct PythonSDKTests {
  @Test func pythonSDKWorksWithThePDS() throws {
    let fixture = try ClientFixture()
    let script = PythonEnvironment.package
      .appending(path: "Tests/ATProtoCommandTests/Peers/sdk_peer.py").path
    let child = try ChildProcess(
      try #require(PythonEnvironment.interpreter),
      [script, fixture.address, ClientFixture.handle, ClientFixture.password]
    )
    try #require(child.status == 0, "\(String(decoding: child.error, as: UTF8.self))")
    let seen = try DataValue(json: try #require(child.lines.last))
    let keys = ["one", "two", "three"].map { "com.example.note/\($0)" }
    #expect(
      seen == [
        "refused": "AuthenticationRequired", "did": true, "size": 128_000,
        "uris": .array(keys.map { .string($0) }),
        "pages": [["two", "three"], ["one"]], "text": "one", "blob": true,
        "missing": "RecordNotFound", "invalid": "InvalidRequest", "texts": ["one", "three"],
        "heard": .array(
          keys.map { .string("create \($0)") } + [.string("delete com.example.note/two")]
        ),
      ]
    )
  }
}
