import ATProtoData
import ATProtoHTTP
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import Testing
import XRPC
import XRPCServer

/// Calls without a route, and calls that are taken from their route.
@Suite struct XRPCProxyHandlerTests {
  private static let proxyHandler = XRPCProxyHandler(
    maximumInputBytes: 1_000,
    overrides: { nsid, fields in nsid.hasSuffix(".getThing") && fields[.referer] != nil }
  ) { request in
    let body = try await request.body.collect(upTo: 10_000)
    if request.context.nsid == "com.example.other.broken" {
      throw XRPCServerError.upstreamTimeout()
    }
    return RouteResponse(
      head: HTTPResponse(status: .accepted, headerFields: [.contentType: "text/x-echo"]),
      body: .bytes(
        Array("\(request.verb) \(request.context.nsid) \(request.query) \(body.count)".utf8)
      )
    )
  }

  private func exchange(
    _ method: HTTPRequest.Method,
    _ uri: String,
    _ fields: HTTPFields = [:],
    body: ByteBuffer? = nil
  ) async throws -> (status: Int, text: String, fields: HTTPFields) {
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    let server = XRPCServer(Sample.routes, logger: logger, proxyHandler: Self.proxyHandler)
    return try await server.application().test(.router) { client in
      try await client.execute(uri: uri, method: method, headers: fields, body: body) { response in
        (response.status.code, String(buffer: response.body), response.headers)
      }
    }
  }

  @Test(
    arguments: [
      (.get, "com.example.other.thing?a=%20b&a=c", nil, "GET com.example.other.thing a=%20b&a=c 0"),
      (.post, "com.example.other.thing", nil, "POST com.example.other.thing  0"),
      (.post, "com.example.other.thing?x", 1_000, "POST com.example.other.thing x 1000"),
      // The body of a query is not read.
      (.get, "com.example.other.thing", 5, nil),
      (.post, "com.example.other.thing", 1_001, nil),
      (.put, "com.example.other.thing", nil, nil),
    ] as [(HTTPRequest.Method, String, Int?, String?)]
  )
  func callsWithoutARouteAreProxied(
    _ method: HTTPRequest.Method,
    _ path: String,
    _ count: Int?,
    _ text: String?
  ) async throws {
    let body = count.map { ByteBuffer(repeating: 0x78, count: $0) }
    let answer = try await exchange(method, "/xrpc/\(path)", body: body)
    if let text {
      #expect(answer.status == 202 && answer.text == text)
      #expect(answer.fields[.contentType] == "text/x-echo")
    } else {
      let status = method == .put ? 405 : method == .get ? 400 : 413
      #expect(answer.status == status, "\(answer.text)")
    }
  }

  @Test func callsWithARouteAreNotProxiedUnlessOverridden() async throws {
    let own = try await exchange(.get, "/xrpc/com.example.thing.getThing?actor=a.example")
    #expect(own.status == 200)
    let taken = try await exchange(.get, "/xrpc/com.example.thing.getThing?actor", [.referer: "x"])
    #expect(taken.text == "GET com.example.thing.getThing actor 0")
    #expect(try await exchange(.post, "/xrpc/com.example.thing.getThing").status == 405)
    #expect(try await exchange(.get, "/xrpc/none").status == 400)
    #expect(try await exchange(.get, "/xrpc/_health").status == 200)
    #expect(try await exchange(.get, "/other").status == 404)
  }

  /// A query whose handler leaves it to another service; the body of a procedure may have been
  /// read.
  @Test func queryWhoseHandlerThrowsProxyToUpstreamIsProxied() async throws {
    let routes = [
      XRPCRoute.query(Sample.GetThing.self) { _ in throw ProxyToUpstream() },
      XRPCRoute.procedure(Sample.PutThing.self) { _ in throw ProxyToUpstream() },
    ]
    let target = "/xrpc/com.example.thing."
    func answer(
      _ router: XRPCRouter,
      _ head: HTTPRequest,
      _ body: String = ""
    ) async throws -> (Int, String) {
      let request = RouteRequest(head: head, body: .bytes(Array(body.utf8)), requestID: "1")
      let response = await router.respond(to: request)
      let text = try await response.body.collect(upTo: 10_000)
      return (response.head.status.code, String(decoding: text, as: UTF8.self))
    }
    let get = HTTPRequest(
      method: .get,
      scheme: nil,
      authority: nil,
      path: target + "getThing?actor=a.example"
    )
    let post = HTTPRequest(
      method: .post,
      scheme: nil,
      authority: nil,
      path: target + "putThing",
      headerFields: [.contentType: "application/json"]
    )
    let router = XRPCRouter(routes, proxyHandler: Self.proxyHandler)
    let passed = try await answer(router, get)
    #expect(passed == (202, "GET com.example.thing.getThing actor=a.example 0"))
    #expect(try await answer(router, post, #"{"text":"a"}"#).0 == 501)
    #expect(try await answer(XRPCRouter(routes), get).0 == 501)
  }

  @Test func errorsOfTheProxyHandlerBecomeResponses() async throws {
    let answer = try await exchange(.get, "/xrpc/com.example.other.broken")
    #expect(answer.status == 504 && answer.text.contains("UpstreamTimeout"))
  }

  @Test func eventStreamsAreNotProxied() async throws {
    let transport = InMemoryTransport(Sample.routes, proxyHandler: Self.proxyHandler)
    let request = HTTPRequest(
      method: .get,
      scheme: "http",
      authority: "a.test",
      path: "/xrpc/com.example.other.stream"
    )
    guard
      case .refused(let refused) = try await transport.openWebSocket(
        request,
        options: TransportOptions()
      )
    else {
      Issue.record("a stream was opened")
      return
    }
    #expect(refused.head.status == .notImplemented)
  }
}
