import ATProtoData
import ATProtoHTTP
import ATProtoRepo
import ATProtoSyntax
import Foundation
import RelayTestSupport
import TestSupport
import Testing

@testable import Relay

/// Python clients of Jetstream at a relay with sockets.
@Suite(
  .enabled(
    if: PythonEnvironment.has("websockets", "zstandard", "aiohttp"),
    "no Python with websockets, zstandard, and aiohttp: run .ci/python, or set LEXGEN_PYTHON"
  )
)
struct JetstreamPeerTests {
  private static let script = PythonEnvironment.package
    .appending(path: "Tests/RelayTests/Peers/jetstream_peer.py").path
  private static let legacy = PythonEnvironment.package.appending(path: ".build/python/jetstream")

  private func run(_ arguments: [String]) async throws -> [DataValue] {
    let interpreter = try #require(PythonEnvironment.interpreter)
    let child = try await ChildProcess.run(interpreter, [Self.script] + arguments)
    try #require(child.status == 0, "\(String(decoding: child.error, as: UTF8.self))")
    return try String(decoding: child.output, as: UTF8.self).split(separator: "\n").map {
      try DataValue(json: Array($0.utf8))
    }
  }

  /// Runs a relay with the events of an account: identity, account, a created record, its deletion.
  private func withRelay(
    _ body: (TestRelay, SimulatedAccount) async throws -> Void
  ) async throws {
    try await RelayFixture.run { network in
      let account = network.makeAccount()
      try await TestRelay.run(TestRelay.configuration(network.plc)) { relay in
        try await relay.crawl(network.host)
        // A new host is read from its current position.
        #expect(try await until { network.host.connectionCount == 1 })
        network.host.emit(account.identity)
        network.host.emit(account.account)
        network.host.emit(account.commit([SimulatedAccount.create("app.example.post", 1)]))
        let path = SimulatedAccount.path("app.example.post", 1)
        network.host.emit(account.commit([.delete(path)]))
        _ = try await relay.events(after: 0, count: 4)
        try await body(relay, account)
      }
    }
  }

  @Test(
    .enabled(
      if: FileManager.default.fileExists(atPath: legacy.path),
      "no atproto-jetstream: run .ci/python"
    )
  )
  func jetstreamClientReadsTheRelay() async throws {
    let folder = try TemporaryFolder()
    let certificate = folder.path + "/certificate.pem"
    let key = folder.path + "/key.pem"
    try TestCertificate.certificate.write(toFile: certificate, atomically: true, encoding: .utf8)
    try TestCertificate.key.write(toFile: key, atomically: true, encoding: .utf8)
    try await withRelay { relay, account in
      let port = try #require(relay.url.port)
      let events = try await run(
        ["legacy", "\(port)", "4", certificate, key, Self.legacy.path, account.did.string]
      )
      #expect(
        events.map { $0["type"]?.string } == [
          "JetstreamIdentityEvent", "JetstreamAccountEvent", "JetstreamCommitEvent",
          "JetstreamCommitEvent",
        ]
      )
      #expect(events.allSatisfy { $0["did"]?.string == account.did.string })
      #expect(events[2]["commit"]?["record"]?["n"] == 1)
      #expect(events[3]["commit"]?["operation"] == "delete")
    }
  }

  @Test func clientWithADictionaryReadsCompressedMessages() async throws {
    try await withRelay { relay, account in
      let url = "ws://\(relay.url.authority)/subscribe?cursor=0&compress=true"
      let events = try await run(["compressed", url, "4"])
      #expect(events.map { $0["kind"]?.string } == ["identity", "account", "commit", "commit"])
      #expect(events[2]["commit"]?["rkey"] == "r1")
    }
  }

  @Test func clientSetsItsFilterAfterConnecting() async throws {
    try await withRelay { relay, account in
      let url = "ws://\(relay.url.authority)/subscribe?cursor=0&requireHello=true"
      let events = try await run(["hello", url, "2", "app.example.other"])
      #expect(events.map { $0["kind"]?.string } == ["identity", "account"])
    }
  }

  @Test(.enabled(if: PythonEnvironment.has("atproto_jetstream"), "no atproto SDK: run .ci/python"))
  func sdkReadsEventsWithTheDictionaryOfTheRelay() async throws {
    try await withRelay { relay, account in
      let url = "ws://\(relay.url.authority)/xrpc"
      let cursor = JetstreamEvent.numbersPerRecord
      let events = try await run(["sdk", url, "4", "\(cursor)"])
      let prefix = JetstreamEvent.method
      #expect(
        events.map { $0["$type"]?.string } == [
          "\(prefix)#identity", "\(prefix)#account", "\(prefix)#commit", "\(prefix)#commit",
        ]
      )
      #expect(events.allSatisfy { $0["did"]?.string == account.did.string })
      #expect(events[2]["rkey"] == "r1")
    }
  }
}
