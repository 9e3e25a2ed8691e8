import ATProtoData
import ATProtoHTTP
import ATProtoSyntax
import ComAtprotoAPI
import HTTPTypes
import Logging
import PDS
import Synchronization
import Testing
import XRPC
import XRPCAsyncHTTPClient
import XRPCClient

/// Over a real socket, because requests are logged there.
@Suite struct LogSecrecyTests {
  @Test func logContainsNoSecrets() async throws {
    let log = MemoryLog()
    let logger = Logger(label: "pds") { _ in log.handler }
    let server = try TestServer(logger: logger)
    let issued = try await server.overSocket(logger) { url in
      let anonymous = XRPCClient(
        service: try #require(ServiceEndpoint(url)),
        transport: AsyncHTTPClientTransport.shared
      )

      let account = try await anonymous.comAtproto.server.createAccount(.sample("alice"))
      #expect(account.didDoc?["service"]?[0]?["serviceEndpoint"]?.string == url)
      let client = try await anonymous.login(
        identifier: "alice@mail.test",
        password: ComAtproto.Server.CreateAccount.Input.samplePassword
      )
      let tokens = try #require(await client.session?.tokens)
      _ = try await client.comAtproto.server.getSession()
      let wrong = await refusal {
        try await anonymous.login(identifier: "alice.test", password: "a wrong password")
      }
      #expect(wrong == "401 AuthenticationRequired")
      try await client.logout()
      return [account.accessJwt, account.refreshJwt, tokens.access, tokens.refresh]
    }

    let text = log.text
    #expect(text.contains("com.atproto.server.createSession"))
    let secrets = [
      ComAtproto.Server.CreateAccount.Input.samplePassword, "a wrong password", "alice@mail.test",
      "eyJ",
    ]
    for secret in secrets + issued { #expect(!text.contains(secret)) }
  }

  /// Neither queries nor unknown paths are logged, which hold request URIs, codes, and tokens.
  @Test func oauthRequestsAreLoggedWithoutSecrets() async throws {
    let log = MemoryLog()
    let logger = Logger(label: "pds") { _ in log.handler }
    let server = try TestServer(logger: logger)
    try await server.overSocket(logger) { url in
      for (method, path) in [
        (.get, "/oauth/authorize?client_id=http://localhost&request_uri=urn:req-secret"),
        (.post, "/oauth/token?code=cod-secret"), (.post, "/oauth/revoke"),
        (.get, "/oauth/revoke/tok-secret"), (.get, "/account?account=did-secret"),
      ] as [(HTTPRequest.Method, String)] {
        _ = try await AsyncHTTPClientTransport.shared.send(
          try #require(HTTPURL(url)?.at(path)).request(
            method,
            [.contentType: "application/x-www-form-urlencoded", .cookie: "dev-id=dev-secret"]
          ),
          body: method == .post ? Array("token=tok-secret&code=cod-secret".utf8) : nil,
          options: TransportOptions(timeout: .seconds(60))
        )
      }
    }
    let lines = log.text.split(separator: "\n").filter { $0.hasPrefix("request ") }
    for (path, status) in [
      ("/oauth/authorize", 400), ("/oauth/token", 400), ("/oauth/revoke", 400), ("other", 404),
      ("/account", 200),
    ] {
      let found = lines.filter { $0.contains("\"path\": \(path),") || $0.contains("\(path)]") }
      #expect(found.contains { $0.contains("\(status)") }, "\(path): \(lines)")
    }
    #expect(lines.count == 5)
    #expect(!log.text.contains("secret"))
  }
}

/// Everything that was logged, at any level.
final class MemoryLog: Sendable {
  private let lines = Mutex<[String]>([])

  var text: String { lines.withLock { $0.joined(separator: "\n") } }

  var handler: some LogHandler { Handler(log: self) }

  private struct Handler: LogHandler {
    let log: MemoryLog
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level = .trace

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
      let all = metadata.merging(event.metadata ?? [:]) { $1 }
      log.lines.withLock { $0.append("\(event.message) \(all) \(String(describing: event.error))") }
    }
  }
}
