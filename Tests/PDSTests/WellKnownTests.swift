import ATProtoData
import ATProtoSyntax
import HTTPTypes
import Testing
import XRPC
import XRPCAsyncHTTPClient

@Suite struct WellKnownTests {
  @Test func servesHandlesAndItsOwnDocument() async throws {
    let server = try TestServer()
    let account = try await server.signUp()
    try await server.overSocket { url in
      func get(_ path: String, host: String? = nil) async throws -> HTTPTransportResponse {
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
}
