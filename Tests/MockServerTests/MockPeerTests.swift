import Foundation
import TestSupport
import Testing

/// `atproto mock serve` as a process, and another implementation's client against it.
@Suite(.serialized) struct MockPeerTests {
  @Test(
    "the atproto SDK logs in, reads, writes, and validates every answer",
    .enabled(if: PythonEnvironment.has("atproto"), "no Python with the atproto SDK: run .ci/python")
  )
  func sdk() async throws {
    let result = try await PythonChecks.run("Tests/MockServerTests/Peers/mock_peer.py")
    #expect(result.failed == 0)
    #expect(result.checks >= 12)
  }

  @Test("the first line says where the server is, and SIGTERM ends it with 0")
  func process() async throws {
    let folder = try TemporaryFolder()
    try folder.write(MockFixture.documents["note"] ?? "", to: "lexicons/note.json")
    try folder.write("{", to: "lexicons/broken.json")
    let service = try await ServiceProcess(
      ["mock", "serve", folder.path + "/lexicons", "--seed", "7"],
      in: folder.path
    )
    #expect(service.line["did"]?.hasPrefix("did:web:") == true)
    let health = try await MockFixture(address: service.address).get("_health")
    #expect(health.status == 200)
    #expect(service.log.contains("broken.json"))
    #expect(service.end(SIGTERM) == 0)
  }

  @Test(
    "failures have their exit status",
    arguments: [
      ("empty", Int32(1)), ("lexicons --data absent", 1), ("lexicons --rate 0", 2),
      ("lexicons --port x", 2), ("", 2),
    ]
  )
  func failures(_ words: String, _ status: Int32) throws {
    let arguments = words.split(separator: " ").map(String.init)
    let folder = try TemporaryFolder()
    try folder.folder("empty")
    try folder.write(MockFixture.documents["note"] ?? "", to: "lexicons/note.json")
    let child = try ChildProcess(
      try ChildProcess.built("atproto"),
      ["mock", "serve"] + arguments,
      folder: URL(filePath: folder.path)
    )
    #expect(child.status == status)
    #expect(!child.error.isEmpty && child.output.isEmpty)
  }
}
