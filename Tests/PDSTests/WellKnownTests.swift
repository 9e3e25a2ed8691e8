import ATProtoData
import ATProtoHTTP
import ATProtoSyntax
import ComAtprotoAPI
import HTTPTypes
import Testing
import XRPC
import XRPCAsyncHTTPClient

@testable import PDS

@Suite struct WellKnownTests {
  @Test func handleAndServerDocumentAreServed() async throws {
    let server = try TestServer()
    let account = try await server.signUp()
    try await server.overSocket { url in
      func get(_ path: String, host: String? = nil) async throws -> HTTPTransportResponse {
        try await Self.get(url, path, host: host)
      }
      let handle = try await get("/.well-known/atproto-did", host: "Alice.test:1")
      #expect(String(decoding: handle.body, as: UTF8.self) == account.did.string)
      let other = try await get("/.well-known/atproto-did", host: "bob.test")
      #expect(other.head.status == .notFound)
      let document = try DataValue(json: try await get("/.well-known/did.json").body)
      #expect(document["id"] == "did:web:localhost")
      #expect(document["service"]?[0]?["serviceEndpoint"]?.string == url)
      #expect(try await get("/").head.status == .ok)
      #expect(try await get("/elsewhere").head.status == .notFound)
    }
  }

  @Test("web apps may read the documents, and accounts that are not served have no handle")
  func documentsAreForWebAppsAndServedAccounts() async throws {
    let server = try TestServer()
    let account = try await server.signUp()
    let did = try account.did.parsed()
    let allowed = HTTPField.Name("Access-Control-Allow-Origin")!
    try await server.overSocket { url in
      for path in ["/.well-known/did.json", "/.well-known/atproto-did"] {
        let answer = try await Self.get(url, path, host: "alice.test")
        #expect(answer.head.status == .ok && answer.head.headerFields[allowed] == "*")
      }
      #expect(try await Self.get(url, "/").head.headerFields[allowed] == nil)
      for flag in [AccountStatus.Flag.takendown, .deactivated] {
        try await server.store.write { try $0.accounts.set(flag, true, of: did) }
        let answer = try await Self.get(url, "/.well-known/atproto-did", host: "alice.test")
        #expect(answer.head.status == .notFound)
        let refused = await refusal {
          try await server.client.comAtproto.identity.resolveHandle(
            ComAtproto.Identity.ResolveHandle.Parameters(handle: "alice.test")
          )
        }
        #expect(refused == "400 HandleNotFound")
        try await server.store.write { try $0.accounts.set(flag, false, of: did) }
      }
    }
  }

  /// A proxy obtains certificates only for names of this server.
  @Test(arguments: [
    ("?domain=localhost", 200), ("?domain=alice.test", 200), ("?domain=ALICE.test", 200),
    ("?domain=bob.test", 404), ("?domain=alice.example.com", 400), ("?domain=test", 400),
    ("?domain=.test", 400), ("?domain=", 400), ("", 400), ("?domain=a%20b.test", 400),
  ])
  func tlsCheckAcceptsServedNames(_ query: String, _ status: Int) async throws {
    let server = try TestServer()
    _ = try await server.signUp()
    try await server.overSocket { url in
      let answer = try await Self.get(url, "/tls-check" + query)
      #expect(answer.head.status.code == status)
    }
  }

  private static func get(
    _ url: String,
    _ path: String,
    host: String? = nil
  ) async throws -> HTTPTransportResponse {
    var request = HTTPRequest(
      method: .get,
      scheme: "http",
      authority: String(url.dropFirst("http://".count)),
      path: path
    )
    if let host { request.headerFields[HTTPField.Name("Host")!] = host }
    return try await AsyncHTTPClientTransport.shared.send(
      request,
      body: nil,
      options: TransportOptions()
    )
  }
}
