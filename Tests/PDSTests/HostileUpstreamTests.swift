import ATProtoData
import ATProtoHTTP
import ATProtoIdentity
import ATProtoSyntax
import ComAtprotoAPI
import HTTPTypes
import ServiceKit
import TestSupport
import Testing
import XRPC
import XRPCServer

@testable import PDS

/// Services with broken or hostile responses, and DID documents that name private addresses.
@Suite(.serialized) struct HostileUpstreamTests {
  private static let call = "app.bsky.feed.getTimeline"

  private func signUp(
    appView port: Int,
    _ configure: (inout PDSConfiguration) -> Void = { _ in }
  ) async throws -> TestAccount {
    let server = try TestServer { configuration in
      configuration.appView = ServiceLocation(
        did: UpstreamService.did,
        url: HTTPURL("http://127.0.0.1:\(port)")!
      )
      configure(&configuration)
    }
    return try await server.signUp()
  }

  private static func error(_ name: String, _ message: String = "") -> DataValue {
    ["error": .string(name), "message": .string(message)]
  }

  private static func page(_ status: HTTPResponse.Status) -> RouteResponse {
    RouteResponse(
      head: HTTPResponse(status: status, headerFields: [.contentType: "text/html"]),
      body: .bytes(Array("<script>alert(1)</script>".utf8))
    )
  }

  /// A response of a service, and the error that the client gets.
  struct Reported: Sendable, CustomTestStringConvertible {
    var refusal: String
    var response: RouteResponse

    init(_ refusal: String, _ response: RouteResponse) {
      self.refusal = refusal
      self.response = response
    }

    var testDescription: String { "\(response.head.status.code) is reported as \(refusal)" }
  }

  @Test(
    arguments: [
      // Following a redirect would disclose the token.
      Reported("502 UpstreamFailure", .json([:], .found, [.location: "http://127.0.0.1:1/"])),
      Reported("502 UpstreamFailure", .json([:], .notModified)),
      Reported("502 UpstreamFailure", .json(error("InternalServerError"), .internalServerError)),
      Reported("502 UpstreamFailure", .json([:], .init(code: 599))),
      Reported("418 Teapot", .json(error("Teapot"), .init(code: 418))),
      Reported("401 BadJwt", .json(error("BadJwt"), .unauthorized)),
      Reported("429 RateLimitExceeded", .json(error("RateLimitExceeded"), .tooManyRequests)),
      Reported("501 MethodNotImplemented", .json(error("MethodNotImplemented"), .notImplemented)),
      Reported(
        "400 InvalidRequest",
        .json(error("Big", String(repeating: "x", count: 70_000)), .badRequest)
      ),
      Reported("404 NotFound", page(.notFound)),
      Reported("403 Forbidden", page(.forbidden)),
      Reported("413 PayloadTooLarge", page(.contentTooLarge)),
      Reported("503 NotEnoughResources", page(.serviceUnavailable)),
      Reported("504 UpstreamTimeout", page(.gatewayTimeout)),
      Reported("409 InvalidRequest", page(.conflict)),
    ]
  )
  func errorResponseIsForwarded(_ told: Reported) async throws {
    try await UpstreamService.run { _ in
      var response = told.response
      response.head.headerFields[.retryAfter] = "17"
      return response
    } _: { upstream in
      let account = try await signUp(appView: upstream.port)
      try upstream.trust(account)
      let answer = try await account.call(Self.call)
      #expect(answer.refusal == told.refusal && upstream.calls.count == 1)
      let fields = answer.head.headerFields
      #expect(fields[.contentType] == "application/json" && fields[.location] == nil)
      if answer.head.status.code != 502 { #expect(fields[.retryAfter] == "17") }
      if answer.head.status == .unauthorized { #expect(fields[.wwwAuthenticate] == "Bearer") }
    }
  }

  /// A page keeps its type, but must have no effect in a browser.
  @Test func forwardedPageCannotRunInABrowser() async throws {
    try await UpstreamService.run { _ in
      Self.page(.ok)
    } _: { upstream in
      let account = try await signUp(appView: upstream.port)
      try upstream.trust(account)
      let fields = try await account.call(Self.call).head.headerFields
      #expect(fields[.contentSecurityPolicy] == "default-src 'none'; sandbox")
      #expect(fields[.xContentTypeOptions] == "nosniff")
    }
  }

  private static let ok = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"

  @Test(
    arguments: [
      ("", .close, "502 UpstreamFailure"),
      ("", .reset, "502 UpstreamFailure"),
      ("", .stall, "504 UpstreamTimeout"),
      (ok, .stall, "504 UpstreamTimeout"),
      ("SSH-2.0-OpenSSH_9.6\r\n\r\n", .close, "502 UpstreamFailure"),
      ("HTTP/1.1 9999 Over\r\n\r\n", .close, "502 UpstreamFailure"),
      (ok + "X: \(String(repeating: "x", count: 1 << 20))\r\n\r\n", .close, "502 UpstreamFailure"),
      (ok + "Content-Length: 99999999999\r\n\r\n{", .close, "502 UpstreamFailure"),
      // If an error is cut off, only its status is forwarded.
      ("HTTP/1.1 400 No\r\nContent-Length: 9\r\n\r\n{", .stall, "400 InvalidRequest"),
      (
        "HTTP/1.1 409 No\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{", .close,
        "409 InvalidRequest"
      ),
    ] as [(String, FaultyServer.End, String)]
  )
  func brokenResponseIsReportedAsUpstreamFailure(
    _ bytes: String,
    _ end: FaultyServer.End,
    _ refusal: String
  ) async throws {
    let server = try FaultyServer([FaultyServer.Script(bytes: bytes, end: end)])
    let isSilent = refusal == "504 UpstreamTimeout"
    let account = try await signUp(appView: server.port) {
      $0.proxyLimits.headTimeout = isSilent ? .milliseconds(400) : .seconds(60)
      $0.proxyLimits.bodyTimeout = end == .stall ? .milliseconds(400) : .seconds(60)
    }
    #expect(try await account.call(Self.call).refusal == refusal)
    withExtendedLifetime(server) {}
  }

  /// A response that is cut off after its head is also cut off for the client.
  @Test(
    arguments: [
      (ok + "Content-Length: 9\r\n\r\n{", .stall),
      (ok + "Content-Length: 9\r\n\r\n{", .close),
      (ok + "Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n", .close),
      (
        ok + "Transfer-Encoding: chunked\r\n\r\n800\r\n\(String(repeating: "x", count: 2_048))\r\n",
        .stall
      ),
    ] as [(String, FaultyServer.End)]
  )
  func truncatedResponseBreaksTheStream(_ bytes: String, _ end: FaultyServer.End) async throws {
    let server = try FaultyServer([FaultyServer.Script(bytes: bytes, end: end)])
    let account = try await signUp(appView: server.port) {
      $0.proxyLimits.bodyTimeout = .milliseconds(400)
      $0.proxyLimits.maximumResponseBytes = 1_000
    }
    await #expect(throws: TransportError.self) { try await account.call(Self.call) }
    withExtendedLifetime(server) {}
  }

  @Test func unreachableServiceIsReportedAsUpstreamFailure() async throws {
    let port = try SilentPort()
    let account = try await signUp(appView: port.number)
    #expect(try await account.call(Self.call).refusal == "502 UpstreamFailure")
  }

  @Test func requestBodyIsLimited() async throws {
    try await UpstreamService.run { upstream in
      let account = try await signUp(appView: upstream.port) {
        $0.proxyLimits.maximumRequestBytes = 1_000
      }
      try upstream.trust(account)
      for (count, refusal) in [(1_000, nil), (1_001, "413 PayloadTooLarge")] as [(Int, String?)] {
        let answer = try await account.call(
          Self.call,
          .post,
          body: [UInt8](repeating: 0, count: count)
        )
        #expect(answer.refusal == refusal)
      }
      // The length of a streamed body is known only once it exceeds the limit.
      let endless = ByteStream(
        AsyncStream<[UInt8]>(unfolding: { [UInt8](repeating: 0, count: 400) })
      )
      let answer = try await account.server.transport.stream(
        TestServer.request(
          Self.call,
          .post,
          [
            .authorization: "Bearer \(account.output.accessJwt)", .transferEncoding: "chunked",
          ]
        ),
        body: .stream(endless),
        options: TransportOptions()
      ).collect(upTo: 10_000)
      #expect(answer.refusal == "413 PayloadTooLarge")
      #expect(upstream.calls.count == 1)
      #expect(try await account.call(Self.call + "?a=b#c").refusal == "400 InvalidRequest")
    }
  }

  /// A DID document can name any host, even one in the server's own network.
  @Test(
    arguments: [
      ("https://127.0.0.1:PORT", "502 UpstreamFailure"),
      ("https://localhost:PORT", "502 UpstreamFailure"),
      ("https://[::1]:PORT", "502 UpstreamFailure"),
      ("https://[::ffff:127.0.0.1]:PORT", "502 UpstreamFailure"),
      ("https://10.0.0.1", "502 UpstreamFailure"),
      ("https://192.168.0.1", "502 UpstreamFailure"),
      ("https://169.254.169.254", "502 UpstreamFailure"),
      ("https://0.0.0.0:PORT", "502 UpstreamFailure"),
      ("https://2130706433:PORT", "502 UpstreamFailure"),
      ("https://127.1:PORT", "502 UpstreamFailure"),
      ("http://127.0.0.1:PORT", "400 InvalidRequest"),
      ("https://public.example@127.0.0.1:PORT", "400 InvalidRequest"),
      ("file:///etc/passwd", "400 InvalidRequest"),
      ("gopher://127.0.0.1:PORT", "400 InvalidRequest"),
    ]
  )
  func serviceInThePrivateNetworkIsNotCalled(_ endpoint: String, _ refusal: String) async throws {
    try await UpstreamService.run { upstream in
      let did: DID = "did:web:evil.example.com"
      let document = try DIDDocument([
        "id": .string(did.string),
        "service": [
          [
            "id": "#x", "type": "X",
            "serviceEndpoint": .string(endpoint.replacing("PORT", with: "\(upstream.port)")),
          ]
        ],
      ])
      let account = try await TestServer().signUp()
      var handler = account.server.server.services.proxy
      handler.proxy.identities = MemoryIdentityDirectory([
        Identity(document: document, handle: .invalid)
      ])
      let transport = InMemoryTransport([], proxyHandler: handler.proxyHandler)
      let answer = try await transport.send(
        TestServer.request(
          Self.call,
          .get,
          [
            .authorization: "Bearer \(account.output.accessJwt)", .atprotoProxy: "\(did)#x",
          ]
        ),
        body: nil,
        options: TransportOptions()
      )
      #expect(answer.refusal == refusal)
      // The response does not reveal the reason.
      let message = try DataValue(json: answer.body)["message"]?.string ?? ""
      #expect(!message.contains("127.0") && !message.contains("private"))
      #expect(upstream.documents == 0 && upstream.calls.isEmpty)
    }
  }

  /// The DID itself can name this machine.
  @Test(arguments: ["did:web:localhost%3APORT", "did:web:localhost", "did:web:127.0.0.1%3APORT"])
  func didInThePrivateNetworkIsNotResolved(_ did: String) async throws {
    try await UpstreamService.run { upstream in
      let account = try await TestServer { $0.hostname = "pds.example.com" }.signUp()
      let did = did.replacing("PORT", with: "\(upstream.port)")
      let answer = try await account.call(
        Self.call,
        fields: [.atprotoProxy: "\(did)#some_service"]
      )
      #expect(answer.refusal == "400 InvalidRequest")
      #expect(upstream.documents == 0)
    }
  }
}
