import ATProtoData
import ATProtoHTTP
import ATProtoRepo
import ATProtoSyntax
import Foundation
import HTTPTypes
import Logging
import NIOCore
import RelayTestSupport
import ServiceKit
import ServiceLifecycle
import Synchronization
import Testing
import VerifiedSync
import XRPCAsyncHTTPClient
import XRPCServer
import XRPCWebSocket

@testable import atproto

/// The outputs of `atproto sync` over the network.
@Suite struct SyncOutputTests {
  private static func writes(_ numbers: Range<Int>) -> [RecordWrite] {
    numbers.map { SimulatedAccount.create("app.example.post", $0) }
  }

  private func event(_ channel: SyncChannel) async throws -> DataValue {
    let frames = try #require(try await channel.next())
    return try DataValue(json: ServerFrame.payload(of: frames[0]))
  }

  private func acknowledge(_ event: DataValue, on channel: SyncChannel) async throws {
    let id = try #require(event["id"]?.integer)
    try await channel.received(.text(#"{"type":"ack","id":\#(id)}"#))
  }

  @Test func eventsThatAClientLeavesGoToAnother() async throws {
    try await RelayFixture.run { network in
      let account = network.makeAccount(writes: Self.writes(1..<3))
      try await ConsumerFixture.run(
        on: network,
        boundary: .repositories([account.did])
      ) { test async throws in
        let first = SyncChannel(test.consumer, needsAcknowledgments: true)
        let identity = try await event(first)
        #expect(identity["type"] == "identity")
        try await acknowledge(identity, on: first)
        let left = [try await event(first), try await event(first)]
        first.closed()
        let second = SyncChannel(test.consumer, needsAcknowledgments: true)
        let received = [try await event(second), try await event(second)]
        #expect(Set(received.map { $0["id"] }) == Set(left.map { $0["id"] }))
        for event in received { try await acknowledge(event, on: second) }
        test.host.emit(account.commit(Self.writes(5..<6)))
        #expect(try await event(second)["record"]?["live"] == true)
      }
    }
  }

  @Test func withoutAcknowledgmentsSentEventsAreProcessed() async throws {
    try await RelayFixture.run { network in
      let account = network.makeAccount()
      try await ConsumerFixture.run(
        on: network,
        boundary: .repositories([account.did])
      ) { test async throws in
        let channel = SyncChannel(test.consumer, needsAcknowledgments: false)
        _ = try await event(channel)
        _ = try await until { try await test.phase(account) == .active }
        for number in 1...3 {
          test.host.emit(account.commit(Self.writes(number..<number + 1)))
          #expect(try await event(channel)["record"]?["rkey"]?.string == "r\(number)")
        }
      }
    }
  }

  @Test func malformedMessageClosesTheChannel() async throws {
    try await RelayFixture.run { network in
      try await ConsumerFixture.run(on: network) { test async throws in
        let channel = SyncChannel(test.consumer, needsAcknowledgments: true)
        for message in ["", "ack", #"{"type":"#] {
          await #expect(throws: WebSocketClosing.self) {
            try await channel.received(.text(message))
          }
        }
        // Messages of other kinds, and IDs that were never sent, are ignored.
        try await channel.received(.text(#"{"type":"hello"}"#))
        try await channel.received(.text(#"{"type":"ack","id":99}"#))
      }
    }
  }

  /// A URL that always refuses one event must not stop the others.
  @Test func refusedEventDoesNotDelayOtherRepositories() async throws {
    try await RelayFixture.run { network in
      let accounts = (0..<15).map { _ in network.makeAccount() }
      let refused = accounts[0].did.string
      let hook = try await SimulatedServer { request in
        let body = String(decoding: request.body, as: UTF8.self)
        return .json("{}", status: body.contains(refused) ? 500 : 200)
      }
      let url = try #require(HTTPURL("http://127.0.0.1:\(hook.port)/hook"))
      let webhook = SyncWebhook(url, try SyncSettings(isDevelopment: true).finished())
      try await ConsumerFixture.run(
        on: network,
        boundary: .repositories(accounts.map(\.did))
      ) { test async throws in
        let sending = Task { try await webhook.run(test.consumer) }
        #expect(try await until { try await test.consumer.statistics().counts.events == 1 })
        for account in accounts { test.host.emit(account.commit()) }
        #expect(
          try await until {
            let counts = try await test.consumer.statistics().counts
            return counts.records == 15 && counts.events == 2
          }
        )
        sending.cancel()
        _ = await sending.result
      }
      await hook.stop()
    }
  }

  @Test func webhookIsCalledUntilItSucceeds() async throws {
    try await RelayFixture.run { network in
      let account = network.makeAccount()
      network.host.behavior.replies["/hook"] = .json("{}", status: 500)
      var settings = SyncSettings(isDevelopment: true)
      _ = try settings.read(["TAP_ADMIN_PASSWORD": "secret"])
      let url = try #require(HTTPURL(network.host.url + "/hook"))
      let webhook = SyncWebhook(url, try settings.finished())
      try await ConsumerFixture.run(
        on: network,
        boundary: .repositories([account.did])
      ) { test async throws in
        let sending = Task { try await webhook.run(test.consumer) }
        func calls() -> [SimulatedRequest] { test.host.requests.filter { $0.path == "/hook" } }
        _ = try await until { calls().count >= 1 }
        #expect(try await test.consumer.statistics().counts.events == 1)
        test.host.behavior.replies["/hook"] = .json("{}")
        _ = try await until { try await test.consumer.statistics().counts.events == 0 }
        let last = try #require(calls().last)
        #expect(try DataValue(json: last.body)["type"] == "identity")
        let credentials = Data("admin:secret".utf8).base64EncodedString()
        #expect(last.fields["authorization"] == "Basic \(credentials)")
        sending.cancel()
        _ = await sending.result
      }
    }
  }

  private struct Idle: Service {
    func run() async throws { try await gracefulShutdown() }
  }

  @Test func administratorAddsAndInspectsRepositories() async throws {
    try await RelayFixture.run { network in
      let account = network.makeAccount(writes: Self.writes(1..<2))
      try await ConsumerFixture.run(on: network) { test async throws in
        let server = SyncServer(
          address: ListenAddress(
            host: "127.0.0.1",
            port: 0,
            hostSetting: "TAP_BIND",
            portSetting: "TAP_BIND"
          ),
          logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
          work: Idle(),
          consumer: test.consumer,
          web: SyncWeb(consumer: test.consumer, identities: test.identities, password: "secret"),
          needsAcknowledgments: true
        )
        try await server.serve { address in
          func call(
            _ method: HTTPRequest.Method,
            _ path: String,
            _ body: String? = nil,
            password: String? = "secret",
            type: String = "application/json; charset=utf-8"
          ) async throws -> (Int, DataValue) {
            var fields: HTTPFields = [.contentType: type]
            if let password {
              let credentials = Data("admin:\(password)".utf8).base64EncodedString()
              fields[.authorization] = "Basic \(credentials)"
            }
            let url = try #require(HTTPURL(address + path))
            let response = try await AsyncHTTPClientTransport.shared.send(
              url.request(method, fields),
              body: body.map { Array($0.utf8) },
              options: TransportOptions()
            )
            return (response.head.status.code, (try? DataValue(json: response.body)) ?? .null)
          }
          let did = account.did.string
          #expect(try await call(.get, "/health", password: nil).0 == 200)
          #expect(try await call(.get, "/stats/repo-count", password: nil).0 == 401)
          #expect(try await call(.get, "/stats/repo-count", password: "wrong").0 == 401)
          #expect(try await call(.get, "/channel", password: nil).0 == 426)
          #expect(try await call(.get, "/info/\(did)").0 == 404)
          #expect(try await call(.post, "/repos/add", #"{"dids":["x"]}"#).0 == 400)
          #expect(try await call(.post, "/repos/add", "x").0 == 400)
          let simple = try await call(.post, "/repos/add", #"{"dids":[]}"#, type: "text/plain")
          #expect(simple.0 == 415)
          #expect(try await call(.post, "/repos/add", #"{"dids":["\#(did)"]}"#).0 == 200)
          _ = try await test.events(2)
          _ = try await until { try await call(.get, "/info/\(did)").1["state"] == "active" }
          let info = try await call(.get, "/info/\(did)").1
          #expect(info["rev"]?.string == account.head.rev.string)
          #expect(info["retries"] == 0)
          #expect(info["records"] == 1)
          #expect(try await call(.get, "/resolve/\(did)").1["id"]?.string == did)
          #expect(try await call(.get, "/stats/repo-count").1 == ["repo_count": 1])
          #expect(try await call(.get, "/stats/record-count").1 == ["record_count": 1])
          // Before the first event.
          #expect(try await call(.get, "/stats/cursors").1 == [:])
          #expect(try await call(.get, "/stats/resync-buffer").1 == ["resync_buffer": 0])
          #expect(try await call(.get, "/stats/other").0 == 404)
          #expect(try await call(.post, "/repos/remove", #"{"dids":["\#(did)"]}"#).0 == 200)
          #expect(try await call(.get, "/stats/record-count").1 == ["record_count": 0])
        }
      }
    }
  }
}
