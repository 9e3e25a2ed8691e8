import ATProtoData
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import Testing
import XRPC
import XRPCServer

/// What no well-behaved client sends: bodies without a declared length.
@Suite struct XRPCResponderTests {
  @Test(
    arguments: [
      ("uploadBlob", "image/png", 4_096, .ok, nil),
      ("uploadBlob", "image/png", 4_097, .contentTooLarge, "PayloadTooLarge"),
      ("uploadBlob", "image/png", 1 << 20, .contentTooLarge, "PayloadTooLarge"),
      ("ping", "image/png", 0, .ok, nil),
      ("ping", "image/png", 1, .badRequest, "InvalidRequest"),
      ("ping", "image/png", 1 << 20, .badRequest, "InvalidRequest"),
    ] as [(String, String, Int, HTTPResponse.Status, String?)]
  )
  func bodiesOfUnknownLengthAreBounded(
    _ method: String,
    _ contentType: String,
    _ count: Int,
    _ status: HTTPResponse.Status,
    _ error: String?
  ) async throws {
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    let server = XRPCServer(Sample.routes, logger: logger)
    try await server.application().test(.router) { client in
      try await client.execute(
        uri: "/xrpc/com.example.thing.\(method)",
        method: .post,
        headers: [.contentType: contentType],
        body: ByteBuffer(repeating: 0x78, count: count)
      ) { response in
        #expect(response.status == status)
        #expect((try? ErrorObject(json: Array(buffer: response.body)))?.error == error)
      }
    }
  }

  @Test(arguments: [("ping", 200), ("none", 501)])
  func everyResponseToACallHasTheFieldsOfTheConfiguration(_ method: String, _ status: Int)
    async throws
  {
    var configuration = XRPCServerConfiguration()
    configuration.responseFields = { request in
      request[.authorization] == nil ? [:] : [.cacheControl: "private", .contentType: "text/x"]
    }
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    let server = XRPCServer(Sample.routes, configuration: configuration, logger: logger)
    try await server.application().test(.router) { client in
      for isAuthorized in [true, false] {
        let headers: HTTPFields = isAuthorized ? [.authorization: "Bearer x"] : [:]
        try await client.execute(
          uri: "/xrpc/com.example.thing.\(method)",
          method: .post,
          headers: headers
        ) { response in
          #expect(response.status.code == status)
          #expect(response.headers[.cacheControl] == (isAuthorized ? "private" : nil))
          // What the response has stays as it is.
          #expect(response.headers[.contentType] != "text/x" || status == 200)
        }
      }
    }
  }

  @Test func requestsOutsideXRPCGoToTheFallback() async throws {
    let server = XRPCServer(
      Sample.routes,
      configuration: XRPCServerConfiguration(allowsCrossOrigin: false),
      logger: Logger(label: "test")
    ) { request, _ in
      Response(status: .ok, headers: [.contentType: "text/plain"], body: .init())
    }
    try await server.application().test(.router) { client in
      try await client.execute(uri: "/.well-known/atproto-did", method: .get) { response in
        #expect(response.status == .ok)
        #expect(response.headers[.contentType] == "text/plain")
      }
      try await client.execute(uri: "/xrpc/_health", method: .get) { response in
        #expect(response.status == .ok)
        #expect(response.headers[.accessControlAllowOrigin] == nil)
      }
    }
  }
}
