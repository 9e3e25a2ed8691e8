import ATProtoAuth
import ATProtoCrypto
import ATProtoData
import ATProtoHTTP
import ATProtoIdentity
import ATProtoSyntax
import HTTPTypes
import Synchronization
import Testing
import XRPC
import XRPCClient

@testable import OAuthClient

/// The documents of a PDS and an authorization server, each with one thing that is not allowed.
@Suite struct DiscoveryTests {
  typealias Change = @Sendable (inout DataObject) -> Void

  private static func remove(_ name: String) -> Change { { $0[name] = nil } }
  private static func set(_ name: String, _ value: DataValue) -> Change { { $0[name] = value } }

  private static let resource = "/.well-known/oauth-protected-resource"
  private static let server = "/.well-known/oauth-authorization-server"

  private func startLogin(
    _ path: String,
    _ answer: @escaping @Sendable (HTTPTransportResponse) -> HTTPTransportResponse
  ) async throws -> OAuthClientError? {
    let network = FakeNetwork()
    network.set {
      $0.document = { url, response in url.target == path ? answer(response) : response }
    }
    let app = try network.app()
    let error = await #expect(throws: OAuthClientError.self) {
      try await app.startLogin(.handle(FakeNetwork.handle))
    }
    // Nothing was sent to a server that is not known to be the right one.
    #expect(!network.log.contains { $0.hasPrefix("/oauth/") })
    return error
  }

  private func startLogin(_ path: String, _ change: @escaping Change) async throws
    -> OAuthClientError?
  {
    try await startLogin(path) { response in
      var object = (try? DataValue(json: response.body))?.object ?? [:]
      change(&object)
      return .json(.object(object))
    }
  }

  private static let resources: [(change: Change, code: OAuthClientError.Code)] = [
    (set("resource", "https://other.example"), .issuer),
    (set("resource", 7), .metadata),
    (remove("authorization_servers"), .metadata),
    (set("authorization_servers", []), .metadata),
    (set("authorization_servers", ["https://auth.example", "https://b.example"]), .metadata),
    (set("authorization_servers", "https://auth.example"), .metadata),
    (set("authorization_servers", [7]), .metadata),
    (set("authorization_servers", ["https://auth.example/"]), .metadata),
    (set("authorization_servers", ["https://auth.example/path"]), .metadata),
    (set("authorization_servers", ["https://auth.example?x"]), .metadata),
    (set("authorization_servers", ["https://auth.example:443"]), .metadata),
    (set("authorization_servers", ["https://user@auth.example"]), .metadata),
    (set("authorization_servers", ["http://auth.example"]), .metadata),
    (set("authorization_servers", ["auth.example"]), .metadata),
  ]

  @Test(arguments: resources.indices)
  func protectedResourceMetadataIsRefused(_ index: Int) async throws {
    let (change, code) = Self.resources[index]
    let error = try await startLogin(Self.resource, change)
    #expect(error?.code == code, "\(error?.reason ?? "")")
  }

  @Test func protectedResourceNeedNotNameItself() async throws {
    let network = FakeNetwork()
    network.set {
      $0.document = { url, response in
        guard url.target == Self.resource else { return response }
        return .json(["authorization_servers": [.string(FakeNetwork.issuer)]])
      }
    }
    try await network.logIn(network.app())
  }

  private static let servers: [(change: Change, code: OAuthClientError.Code)] = [
    (set("issuer", "https://other.example"), .issuer),
    (set("issuer", "https://auth.example/"), .issuer),
    (set("issuer", "https://auth.example:443"), .issuer),
    (remove("issuer"), .metadata),
    (remove("authorization_endpoint"), .metadata),
    (set("authorization_endpoint", "javascript:alert(1)"), .metadata),
    (set("token_endpoint", "http://auth.example/oauth/token"), .metadata),
    (set("token_endpoint", ["https://auth.example/oauth/token"]), .metadata),
    (remove("pushed_authorization_request_endpoint"), .metadata),
    (set("revocation_endpoint", "ftp://auth.example"), .metadata),
    (set("response_types_supported", ["token"]), .metadata),
    (set("grant_types_supported", ["authorization_code"]), .metadata),
    (remove("grant_types_supported"), .metadata),
    (set("code_challenge_methods_supported", ["plain"]), .metadata),
    (set("token_endpoint_auth_methods_supported", ["none"]), .metadata),
    (set("token_endpoint_auth_signing_alg_values_supported", ["ES256", "none"]), .metadata),
    (set("token_endpoint_auth_signing_alg_values_supported", ["RS256"]), .metadata),
    (set("scopes_supported", ["openid"]), .metadata),
    (set("dpop_signing_alg_values_supported", ["RS256"]), .metadata),
    (set("authorization_response_iss_parameter_supported", false), .metadata),
    (remove("authorization_response_iss_parameter_supported"), .metadata),
    (set("require_pushed_authorization_requests", "true"), .metadata),
    (set("client_id_metadata_document_supported", false), .metadata),
    (set("require_request_uri_registration", false), .metadata),
  ]

  @Test(arguments: servers.indices)
  func authorizationServerMetadataIsRefused(_ index: Int) async throws {
    let (change, code) = Self.servers[index]
    let error = try await startLogin(Self.server, change)
    #expect(error?.code == code, "\(error?.reason ?? "")")
  }

  private static func answer(
    _ status: HTTPResponse.Status,
    _ type: String? = "application/json",
    body: String? = nil,
    location: String? = nil
  ) -> @Sendable (HTTPTransportResponse) -> HTTPTransportResponse {
    { former in
      var head = HTTPResponse(status: status)
      head.headerFields[.contentType] = type
      head.headerFields[.location] = location
      return HTTPTransportResponse(head: head, body: body.map { [UInt8]($0.utf8) } ?? former.body)
    }
  }

  private static let answers:
    [(
      answer: @Sendable (HTTPTransportResponse) -> HTTPTransportResponse,
      code: OAuthClientError.Code
    )] = [
      (answer(.found, location: "https://elsewhere.example/"), .metadata),
      (answer(.permanentRedirect, location: "/elsewhere"), .metadata),
      (answer(.created), .metadata),
      (answer(.noContent, body: ""), .metadata),
      (answer(.notFound), .metadata),
      (answer(.internalServerError), .unreachable),
      (answer(.ok, "text/html"), .metadata),
      (answer(.ok, nil), .metadata),
      (answer(.ok, body: ""), .metadata),
      (answer(.ok, body: "[]"), .metadata),
      (answer(.ok, body: "{"), .metadata),
      (answer(.ok, body: #"{"issuer":"a","issuer":"b"}"#), .metadata),
      (answer(.ok, body: String(repeating: "[", count: 50_000)), .metadata),
      // More than 128 KiB.
      (
        answer(.ok, body: #"{"x":""# + String(repeating: "x", count: 200_000) + #""}"#), .metadata
      ),
    ]

  @Test(arguments: answers.indices, [resource, server])
  func answerIsRefused(_ index: Int, _ path: String) async throws {
    let (answer, code) = Self.answers[index]
    let error = try await startLogin(path, answer)
    #expect(error?.code == code, "\(error?.reason ?? "")")
  }

  @Test func contentTypeMayHaveParameters() async throws {
    let network = FakeNetwork()
    network.set {
      $0.document = { _, response in
        var response = response
        response.head.headerFields[.contentType] = "application/json; charset=utf-8"
        return response
      }
    }
    try await network.logIn(network.app())
  }

  @Test("the document of an authorization server is not fetched for each request")
  func metadataIsRemembered() async throws {
    let network = FakeNetwork()
    let app = try network.app()
    for _ in 1...3 { _ = try await app.startLogin(.handle(FakeNetwork.handle)) }
    #expect(network.count("\(Self.server) 200") == 1)
    #expect(network.count("\(Self.resource) 200") == 3)
  }
}
