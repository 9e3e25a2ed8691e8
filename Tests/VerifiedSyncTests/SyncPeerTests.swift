import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import Foundation
import Logging
import RelayTestSupport
import ServiceKit
import ServiceLifecycle
import TestSupport
import Testing
import VerifiedSync

@testable import atproto

/// A Python client that checks events as npm's `@atproto/tap` does, and acknowledges them.
@Suite(
  .enabled(
    if: PythonEnvironment.has("websockets"),
    "no Python with websockets: run .ci/python, or set LEXGEN_PYTHON"
  )
)
struct SyncPeerTests {
  private static let script = PythonEnvironment.package
    .appending(path: "Tests/VerifiedSyncTests/Peers/tap_client.py").path

  private struct Idle: Service {
    func run() async throws { try await gracefulShutdown() }
  }

  /// On its own thread, since it waits for the child process.
  private static func run(_ arguments: [String]) async throws -> [DataValue] {
    let interpreter = try #require(PythonEnvironment.interpreter)
    let child = try await withCheckedThrowingContinuation { continuation in
      Thread.detachNewThread {
        continuation.resume(
          with: Result { try ChildProcess(interpreter, [script] + arguments) }
        )
      }
    }
    try #require(child.status == 0, "\(String(decoding: child.error, as: UTF8.self))")
    return try String(decoding: child.output, as: UTF8.self).split(separator: "\n").map {
      try DataValue(json: Array($0.utf8))
    }
  }

  private static func server(_ test: ConsumerFixture, port: Int) -> SyncServer {
    SyncServer(
      address: ListenAddress(
        host: "127.0.0.1",
        port: port,
        hostSetting: "TAP_BIND",
        portSetting: "TAP_BIND"
      ),
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
      work: Idle(),
      consumer: test.consumer,
      web: SyncWeb(consumer: test.consumer, identities: test.identities, password: nil),
      needsAcknowledgments: true
    )
  }

  @Test func clientContinuesAfterARestart() async throws {
    try await RelayFixture.run { network in
      let account = network.makeAccount(
        writes: (1..<3).map { SimulatedAccount.create("app.example.post", $0) }
      )
      try await ConsumerFixture.run(
        on: network,
        boundary: .repositories([account.did])
      ) { test async throws in
        // Acknowledged by the client once it has connected.
        let (client, port) = try await Self.server(test, port: 0).serve {
          address -> (Task<[DataValue], any Error>, Int) in
          let client = Task { try await Self.run([address, "5", account.did.string]) }
          #expect(
            try await until {
              let counts = try await test.consumer.statistics().counts
              return counts.records == 2 && counts.events == 0
            }
          )
          return (client, try #require(address.split(separator: ":").last.flatMap { Int($0) }))
        }
        test.host.emit(account.commit([SimulatedAccount.create("app.example.post", 3)]))
        let path = SimulatedAccount.path("app.example.post", 1)
        test.host.emit(account.commit([.delete(path)]))
        let lines = try await Self.server(test, port: port).serve { _ in try await client.value }
        #expect(lines.count == 6)
        let records = lines.compactMap { $0["record"] }
        #expect(Set(records.prefix(2).compactMap { $0["rkey"]?.string }) == ["r1", "r2"])
        #expect(records.dropFirst(2).compactMap { $0["action"]?.string } == ["create", "delete"])
        #expect(lines.last?["records"] == 2)
        #expect(try await until { try await test.consumer.statistics().counts.events == 0 })
      }
    }
  }
}
