import ATProtoData
import ATProtoHTTP
import ATProtoSyntax
import HTTPTypes
import TestSupport
import Testing
import XRPC
import XRPCAsyncHTTPClient
import XRPCClient
import XRPCServer

/// Statuses and header fields over a real socket.
@Suite struct ServerSocketTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var method: HTTPRequest.Method = .get
    var path: String
    var headers: HTTPFields = [:]
    var body: String?
    var status: HTTPResponse.Status
    /// The name of the error, or a part of the body if the call succeeds.
    var says: String
    /// A part of the error's message.
    var message: String?
    var expected: HTTPFields = [:]

    var testDescription: String { name }
  }

  static let thing = "/xrpc/com.example.thing.getThing"
  static let put = "/xrpc/com.example.thing.putThing"
  static let blob = "/xrpc/com.example.thing.uploadBlob"
  static let ping = "/xrpc/com.example.thing.ping"
  static let json: HTTPFields = [.contentType: "application/json"]

  static let cases: [Case] = [
    Case(
      name: "query",
      path: thing + "?actor=a.example",
      status: .ok,
      says: "actor=a.example",
      expected: [
        .contentType: "application/json", .accessControlAllowOrigin: "*", .retryAfter: "7",
      ]
    ),
    Case(
      name: "health",
      path: "/xrpc/_health",
      status: .ok,
      says: #"{"status":"ok","version":"1.2.3"}"#,
      expected: [.contentType: "application/json"]
    ),
    Case(
      name: "procedure",
      method: .post,
      path: put,
      headers: json,
      body: #"{"text":"x"}"#,
      status: .ok,
      says: #"{"text":"x"}"#
    ),
    Case(
      name: "blob",
      method: .post,
      path: blob,
      headers: [.contentType: "image/png"],
      body: "x",
      status: .ok,
      says: "image/png"
    ),
    Case(name: "no body", method: .post, path: ping, status: .ok, says: ""),
    Case(
      name: "declared failure",
      path: thing + "?actor=missing.example",
      status: .badRequest,
      says: "ThingNotFound"
    ),
    Case(
      name: "unexpected error",
      path: thing + "?actor=broken.example",
      status: .internalServerError,
      says: "InternalServerError"
    ),
    Case(
      name: "unauthenticated",
      path: thing + "?actor=private.example",
      status: .unauthorized,
      says: "AuthenticationRequired",
      expected: [.wwwAuthenticate: "Bearer realm=\"sample\""]
    ),
    Case(
      name: "query as POST",
      method: .post,
      path: thing,
      status: .methodNotAllowed,
      says: "InvalidRequest",
      expected: [.allow: "GET, HEAD"]
    ),
    Case(
      name: "procedure as GET",
      path: put,
      status: .methodNotAllowed,
      says: "InvalidRequest",
      expected: [.allow: "POST"]
    ),
    Case(
      name: "procedure as DELETE",
      method: .delete,
      path: put,
      status: .methodNotAllowed,
      says: "InvalidRequest",
      expected: [.allow: "POST"]
    ),
    Case(
      name: "stream as POST",
      method: .post,
      path: "/xrpc/com.example.thing.watch",
      status: .methodNotAllowed,
      says: "InvalidRequest",
      expected: [.allow: "GET"]
    ),
    Case(
      name: "stream without upgrade",
      path: "/xrpc/com.example.thing.watch",
      status: .upgradeRequired,
      says: "InvalidRequest",
      expected: [.upgrade: "websocket"]
    ),
    Case(
      name: "stream with upgrade",
      path: "/xrpc/com.example.thing.watch",
      headers: [
        .connection: "Upgrade", .upgrade: "websocket", .secWebSocketVersion: "13",
        .secWebSocketKey: "AAAAAAAAAAAAAAAAAAAAAA==",
      ],
      status: .unauthorized,
      says: "AuthenticationRequired",
      expected: [.connection: "close"]
    ),
    Case(
      name: "unknown method",
      path: "/xrpc/com.example.thing.none",
      status: .notImplemented,
      says: "MethodNotImplemented"
    ),
    Case(
      name: "unknown method as POST",
      method: .post,
      path: "/xrpc/com.example.thing.none",
      headers: json,
      body: "{}",
      status: .notImplemented,
      says: "MethodNotImplemented"
    ),
    Case(
      name: "not an NSID",
      path: "/xrpc/what",
      status: .badRequest,
      says: "InvalidRequest"
    ),
    Case(
      name: "path below a method",
      path: thing + "/x",
      status: .badRequest,
      says: "InvalidRequest"
    ),
    Case(name: "another path", path: "/", status: .notFound, says: "NotFound"),
    Case(
      name: "missing parameter",
      path: thing,
      status: .badRequest,
      says: "InvalidRequest",
      message: "actor"
    ),
    Case(
      name: "malformed parameter",
      path: thing + "?actor=a.example&limit=x",
      status: .badRequest,
      says: "InvalidRequest",
      message: "limit"
    ),
    Case(
      name: "parameter out of range",
      path: thing + "?actor=a.example&limit=101",
      status: .badRequest,
      says: "InvalidRequest",
      message: "limit"
    ),
    Case(
      name: "truncated JSON",
      method: .post,
      path: put,
      headers: json,
      body: #"{"text":"#,
      status: .badRequest,
      says: "InvalidRequest"
    ),
    Case(
      name: "JSON with the wrong shape",
      method: .post,
      path: put,
      headers: json,
      body: #"{"text":"x","reply":{"uri":1}}"#,
      status: .badRequest,
      says: "InvalidRequest",
      message: "reply.uri"
    ),
    Case(
      name: "missing JSON field",
      method: .post,
      path: put,
      headers: json,
      body: #"{"reply":{"uri":"at://a.example"}}"#,
      status: .badRequest,
      says: "InvalidRequest",
      message: "text"
    ),
    Case(
      name: "constraint violation",
      method: .post,
      path: put,
      headers: json,
      body: #"{"text":"longer than ten"}"#,
      status: .badRequest,
      says: "InvalidRequest",
      message: "text: "
    ),
    Case(
      name: "missing JSON",
      method: .post,
      path: put,
      headers: json,
      status: .badRequest,
      says: "InvalidRequest"
    ),
    Case(
      name: "wrong MIME type",
      method: .post,
      path: put,
      headers: [.contentType: "text/plain"],
      body: #"{"text":"x"}"#,
      status: .unsupportedMediaType,
      says: "InvalidRequest",
      message: "application/json"
    ),
    Case(
      name: "missing MIME type",
      method: .post,
      path: put,
      body: #"{"text":"x"}"#,
      status: .unsupportedMediaType,
      says: "InvalidRequest",
      message: "missing"
    ),
    Case(
      name: "unaccepted MIME type",
      method: .post,
      path: blob,
      headers: [.contentType: "video/mp4"],
      body: "x",
      status: .unsupportedMediaType,
      says: "InvalidRequest",
      message: "image/*"
    ),
    Case(
      name: "too large",
      method: .post,
      path: blob,
      headers: [.contentType: "image/png"],
      body: String(repeating: "x", count: 4_097),
      status: .contentTooLarge,
      says: "PayloadTooLarge"
    ),
    Case(
      name: "unexpected body",
      method: .post,
      path: ping,
      headers: json,
      body: "{}",
      status: .badRequest,
      says: "InvalidRequest",
      message: "takes no input"
    ),
    Case(
      name: "unexpected body of unknown length",
      method: .post,
      path: ping,
      headers: [.contentType: "application/json", .transferEncoding: "chunked"],
      body: "{}",
      status: .badRequest,
      says: "InvalidRequest",
      message: "takes no input"
    ),
    Case(
      name: "preflight",
      method: .options,
      path: put,
      headers: [
        .origin: "https://app.example", .accessControlRequestMethod: "POST",
        .accessControlRequestHeaders: "authorization,atproto-proxy",
      ],
      status: .noContent,
      says: "",
      expected: [
        .accessControlAllowOrigin: "*",
        .accessControlAllowHeaders: "authorization,atproto-proxy",
        .accessControlMaxAge: "86400",
      ]
    ),
  ]

  @Test(arguments: TransportWay.sockets)
  func requestsOverASocketAreAnswered(_ way: TransportWay) async throws {
    try await withServer { service, _ in
      for expected in Self.cases {
        // Foundation sets a type of its own for bodies without one.
        if way == .urlSession, expected.name == "missing MIME type" { continue }
        check(try await send(expected, to: service, way), expected)
      }
    }
  }

  private func send(
    _ expected: Case,
    to service: ServiceEndpoint,
    _ way: TransportWay = .asyncHTTPClient
  ) async throws -> HTTPTransportResponse {
    let request = HTTPRequest(
      method: expected.method,
      scheme: service.scheme,
      authority: service.authority,
      path: expected.path,
      headerFields: expected.headers
    )
    return try await way.transport().send(
      request,
      body: expected.body.map { Array($0.utf8) },
      options: TransportOptions(timeout: .seconds(10))
    )
  }

  private func check(_ response: HTTPTransportResponse, _ expected: Case) {
    let name = Comment(rawValue: expected.name)
    let body = String(decoding: response.body, as: UTF8.self)
    let headers = response.head.headerFields
    #expect(response.head.status == expected.status, name)
    for field in expected.expected {
      #expect(headers[field.name] == field.value, name)
    }
    let kind = response.head.status.kind
    guard kind == .clientError || kind == .serverError else {
      #expect(body.contains(expected.says) && (!expected.says.isEmpty || body.isEmpty), name)
      return
    }
    #expect(headers[.contentType] == "application/json", name)
    #expect((headers[.requestID] != nil) == expected.path.hasPrefix("/xrpc/"), name)
    let object = try? ErrorObject(json: body)
    #expect(object?.error == expected.says, name)
    if let message = expected.message {
      #expect(object?.message?.contains(message) == true, "\(expected.name): \(body)")
    }
  }

  @Test func headIsAnsweredLikeGetWithoutBody() async throws {
    try await withServer { service, _ in
      var request = Case(
        name: "",
        path: Self.thing + "?actor=a.example",
        status: .ok,
        says: ""
      )
      let got = try await send(request, to: service)
      request.method = .head
      let response = try await send(request, to: service)
      #expect(response.head.status == .ok)
      #expect(response.body.isEmpty)
      #expect(response.head.headerFields[.contentLength] == "\(got.body.count)")
      #expect(response.head.headerFields[.contentType] == "application/json")
    }
  }

  /// The client's own transport, with the client on top of it.
  @Test func clientCallsTheServer() async throws {
    let gate = Gate()
    try await withServer(Sample.routes(holding: gate)) { service, _ in
      defer { gate.open() }
      let client = XRPCClient(service: service, transport: AsyncHTTPClientTransport.shared)
      let output = try await client.query(Sample.GetThing.self, .init(actor: "a.example", limit: 9))
      #expect(output.count == 9)
      let blob = RawBody(
        bytes: [UInt8](repeating: 7, count: 4_096),
        contentType: "image/png"
      )
      let uploaded = try await client.procedure(Sample.UploadBlob.self, NoParameters(), blob)
      #expect(uploaded.count == 4_096)
      let cancelled = TransportError(code: .cancelled, reason: "")
      let call = Task {
        try await client.query(Sample.GetThing.self, .init(actor: "held.example"))
      }
      try await until { gate.arrivals == 1 }
      call.cancel()
      await #expect(throws: XRPCError<Sample.GetThing.Failure>.transport(cancelled)) {
        try await call.value
      }
      let timedOut = TransportError(code: .timedOut, reason: "")
      await #expect(throws: XRPCError<Sample.GetThing.Failure>.transport(timedOut)) {
        try await client.query(
          Sample.GetThing.self,
          .init(actor: "held.example"),
          options: CallOptions(timeout: .milliseconds(50))
        )
      }
      let tooLarge = TransportError(code: .responseTooLarge, reason: "")
      await #expect(throws: XRPCError<Sample.GetThing.Failure>.transport(tooLarge)) {
        try await client.query(
          Sample.GetThing.self,
          .init(actor: "a.example"),
          options: CallOptions(maximumResponseBytes: 8)
        )
      }
    }
  }

  @Test func absentServerIsATransportError() async throws {
    let port = try SilentPort()
    let service = try #require(ServiceEndpoint("http://127.0.0.1:\(port.number)"))
    let client = XRPCClient(service: service, transport: AsyncHTTPClientTransport.shared)
    let refused = TransportError(code: .cannotConnect, reason: "")
    await #expect(throws: XRPCError<Sample.GetThing.Failure>.transport(refused)) {
      try await client.query(Sample.GetThing.self, .init(actor: "a.example"))
    }
  }

  @Test func shutdownWaitsForRequestsInProgress() async throws {
    let gate = Gate()
    try await withServer(Sample.routes(holding: gate)) { service, server in
      defer { gate.open() }
      let client = XRPCClient(service: service, transport: AsyncHTTPClientTransport.shared)
      async let output = client.query(
        Sample.GetThing.self,
        .init(actor: "held.example")
      )
      try await until { gate.arrivals == 1 }
      try await server.announceShutdown()
      gate.open()
      #expect(try await output.count == 50)
    }
  }

  private func withServer(
    _ routes: [XRPCRoute] = Sample.routes,
    _ body: @escaping @Sendable (ServiceEndpoint, ServerUnderTest) async throws -> Void
  ) async throws {
    try await ServerUnderTest.run(routes) { server in
      try await body(#require(ServiceEndpoint("http://127.0.0.1:\(server.port)")), server)
    }
  }
}

extension HTTPField.Name {
  static let requestID = HTTPField.Name("X-Request-ID")!
}
