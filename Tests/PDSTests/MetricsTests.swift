import ATProtoHTTP
import HTTPTypes
import PDS
import ServiceKit
import TestSupport
import Testing
import XRPC
import XRPCAsyncHTTPClient

@Suite struct MetricsTests {
  /// Over sockets: a method call, then a scrape of the metrics port.
  @Test func metricsPortReportsCallsByMethod() async throws {
    let port = try SilentPort().number
    let server = try TestServer(logger: .quiet) { configuration in
      configuration.metricsAddress = ListenAddress(
        host: "127.0.0.1",
        port: port,
        hostSetting: "PDS_METRICS_ADDRESS",
        portSetting: "PDS_METRICS_PORT"
      )
    }
    try await server.server.serve { url in
      func get(_ base: String, _ path: String) async throws -> HTTPTransportResponse {
        try await AsyncHTTPClientTransport.shared.send(
          try #require(HTTPURL(base)?.at(path)).request(.get),
          body: nil,
          options: TransportOptions(timeout: .seconds(60))
        )
      }
      for _ in 0..<2 { _ = try await get(url, "/xrpc/com.atproto.server.describeServer") }
      _ = try await get(url, "/xrpc/com.example.unknown")
      let scrape = try await get("http://127.0.0.1:\(port)", "/metrics")
      let lines = String(decoding: scrape.body, as: UTF8.self).split(separator: "\n")
      for line in [
        "# TYPE xrpc_requests_total counter",
        #"xrpc_requests_total{method="com.atproto.server.describeServer",status="2xx"} 2"#,
        #"xrpc_requests_total{method="other",status="5xx"} 1"#,
        #"xrpc_request_duration_seconds_count{method="com.atproto.server.describeServer"} 2"#,
        "xrpc_requests_in_flight 0",
      ] {
        #expect(lines.contains(Substring(line)), "\(line)")
      }
      // The public port does not serve them.
      let status = try await get(url, "/metrics").head.status
      #expect(status == .notFound)
    }
  }

  @Test func requestsOutsideOfXRPCAreCountedByRoute() async throws {
    let port = try SilentPort().number
    let server = try TestServer(logger: .quiet) { configuration in
      configuration.metricsAddress = ListenAddress(
        host: "127.0.0.1",
        port: port,
        hostSetting: "PDS_METRICS_ADDRESS",
        portSetting: "PDS_METRICS_PORT"
      )
    }
    try await server.server.serve { url in
      func send(
        _ method: HTTPRequest.Method,
        _ base: String,
        _ path: String
      ) async throws -> HTTPTransportResponse {
        try await AsyncHTTPClientTransport.shared.send(
          try #require(HTTPURL(base)?.at(path)).request(method),
          body: method == .post ? Array("code=cod-secret".utf8) : nil,
          options: TransportOptions(timeout: .seconds(60))
        )
      }
      for (method, path) in [
        (.post, "/oauth/par"), (.post, "/oauth/token"), (.post, "/oauth/token"),
        (.post, "/oauth/revoke"), (.get, "/oauth/jwks?a=b"), (.get, "/account/"),
        (.get, "/.well-known/oauth-authorization-server"), (.get, "/account/password?x=y"),
        (.get, "/oauth/authorize?request_uri=req-secret"), (.get, "/oauth/token/tok-secret"),
        (.get, "/nothing"),
      ] as [(HTTPRequest.Method, String)] {
        let answer = try await send(method, url, path)
        #expect(answer["X-Request-ID"]?.isEmpty == false, "\(path)")
      }
      let scrape = try await send(.get, "http://127.0.0.1:\(port)", "/metrics")
      let text = String(decoding: scrape.body, as: UTF8.self)
      let lines = text.split(separator: "\n")
      for (route, status, count) in [
        ("/oauth/par", 4, 1), ("/oauth/token", 4, 2), ("/oauth/revoke", 4, 1),
        ("/oauth/jwks", 2, 1), ("/account", 2, 1), ("/account/password", 2, 1),
        ("/.well-known/oauth-authorization-server", 2, 1), ("/oauth/authorize", 4, 1),
        ("other", 4, 2),
      ] {
        let labels = #"method="\#(route)",status="\#(status)xx""#
        #expect(lines.contains("xrpc_requests_total{\(labels)} \(count)"), "\(route)")
      }
      #expect(lines.contains("xrpc_requests_in_flight 0"))
      for secret in ["secret", "nothing", "request_uri"] { #expect(!text.contains(secret)) }
    }
  }
}
