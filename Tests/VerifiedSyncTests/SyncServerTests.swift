import ATProtoSyntax
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import RelayTestSupport
import ServiceKit
import ServiceLifecycle
import Testing
import VerifiedSync
import XRPC

@testable import XRPCServer
@testable import atproto

/// Access to the server of `atproto sync`.
@Suite struct SyncServerTests {
  private struct Idle: Service {
    func run() async throws { try await gracefulShutdown() }
  }

  private func server(
    _ test: ConsumerFixture,
    password: String? = nil,
    hasWebhook: Bool = false
  ) -> SyncServer {
    SyncServer(
      address: ListenAddress(
        host: "127.0.0.1",
        port: 0,
        hostSetting: "TAP_BIND",
        portSetting: "TAP_BIND"
      ),
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
      work: Idle(),
      consumer: test.consumer,
      web: SyncWeb(consumer: test.consumer, identities: test.identities, password: password),
      needsAcknowledgments: true,
      hasWebhook: hasWebhook
    )
  }

  private func connect(_ server: SyncServer, _ fields: HTTPFields) async throws {
    let request = RouteRequest(
      head: HTTPRequest(
        method: .get,
        scheme: "http",
        authority: "localhost",
        path: "/channel",
        headerFields: fields
      ),
      requestID: ""
    )
    let entry = StreamRegistry().open(request)
    let source = try await server.channel.open(WebSocketRequest(request, nil, entry))
    source.closed()
  }

  @Test func webPagesRequireThePassword() async throws {
    try await RelayFixture.run { network in
      try await ConsumerFixture.run(on: network) { test async throws in
        let open = server(test)
        try await connect(open, [:])
        await #expect(throws: XRPCServerError.forbidden("")) {
          try await connect(open, [.origin: "https://page.test"])
        }
        let guarded = server(test, password: "secret")
        await #expect(throws: XRPCServerError.self) { try await connect(guarded, [:]) }
        // "admin:secret"
        let credentials = "Basic YWRtaW46c2VjcmV0"
        try await connect(
          guarded,
          [.authorization: credentials, .origin: "https://page.test"]
        )
      }
    }
  }

  @Test func webPagesCannotAddRepositories() async throws {
    try await RelayFixture.run { network in
      try await ConsumerFixture.run(on: network) { test async throws in
        let web = SyncWeb(consumer: test.consumer, identities: test.identities, password: nil)
        func post(_ origin: String?) async throws -> Int {
          var fields: HTTPFields = [.contentType: "application/json"]
          fields[.origin] = origin
          let head = HTTPRequest(
            method: .post,
            scheme: "http",
            authority: "localhost",
            path: "/repos/add",
            headerFields: fields
          )
          let body = ByteBuffer(string: #"{"dids":["did:web:alice.test"]}"#)
          return await web.respond(to: Request(head: head, body: RequestBody(buffer: body)))
            .status.code
        }
        #expect(try await post("https://page.test") == 403)
        #expect(try await test.consumer.repository("did:web:alice.test") == nil)
        #expect(try await post(nil) == 200)
        #expect(try await test.consumer.repository("did:web:alice.test") != nil)
      }
    }
  }

  @Test func channelIsUnavailableInWebhookMode() async throws {
    try await RelayFixture.run { network in
      try await ConsumerFixture.run(on: network) { test async throws -> Void in
        await #expect(throws: XRPCServerError.invalidRequest("")) {
          try await connect(server(test, hasWebhook: true), [:])
        }
      }
    }
  }
}
