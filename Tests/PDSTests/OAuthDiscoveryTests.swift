import ATProtoData
import ATProtoHTTP
import HTTPTypes
import Testing

@testable import PDS

@Suite struct OAuthDiscoveryTests {
  private static let documents = [
    "/.well-known/oauth-protected-resource", "/.well-known/oauth-authorization-server",
    "/oauth/jwks",
  ]
  private static let forms = ["/oauth/par", "/oauth/token", "/oauth/revoke"]

  private func publicServer() throws -> TestServer {
    try TestServer {
      $0.isDevelopment = false
      $0.hostname = "pds.example.com"
    }
  }

  @Test func resourceNamesOneAuthorizationServer() async throws {
    let answer = try await publicServer().web(.get, Self.documents[0])
    #expect(answer.head.status == .ok)
    #expect(answer["Content-Type"] == "application/json")
    let document = try answer.value
    #expect(document["resource"] == "https://pds.example.com")
    #expect(document["authorization_servers"] == ["https://pds.example.com"])
    #expect(document["bearer_methods_supported"] == ["header"])
  }

  /// OAuth specification, "Server Metadata".
  @Test func serverMetadataHasWhatTheSpecificationRequires() async throws {
    let answer = try await publicServer().web(.get, Self.documents[1])
    #expect(answer.head.status == .ok && answer["Content-Type"] == "application/json")
    let document = try answer.value
    #expect(document["issuer"] == "https://pds.example.com")
    for (field, path) in [
      ("authorization_endpoint", "authorize"), ("token_endpoint", "token"),
      ("pushed_authorization_request_endpoint", "par"), ("revocation_endpoint", "revoke"),
      ("jwks_uri", "jwks"),
    ] {
      #expect(document[field] == .string("https://pds.example.com/oauth/\(path)"))
    }
    for field in [
      "authorization_response_iss_parameter_supported", "require_pushed_authorization_requests",
      "client_id_metadata_document_supported", "require_request_uri_registration",
    ] {
      #expect(document[field] == true)
    }
    func values(_ field: String) -> Set<String> {
      Set((document[field]?.array ?? []).compactMap(\.string))
    }
    #expect(values("response_types_supported") == ["code"])
    #expect(values("grant_types_supported") == ["authorization_code", "refresh_token"])
    #expect(values("code_challenge_methods_supported") == ["S256"])
    #expect(values("token_endpoint_auth_methods_supported") == ["none", "private_key_jwt"])
    for field in [
      "token_endpoint_auth_signing_alg_values_supported", "dpop_signing_alg_values_supported",
    ] {
      #expect(values(field).contains("ES256") && !values(field).contains("none"))
    }
    // https://github.com/ascorbic/cirrus/pull/185: no resource names without parameters.
    #expect(
      values("scopes_supported")
        == ["atproto", "transition:email", "transition:generic", "transition:chat.bsky"]
    )
    #expect(values("response_modes_supported") == ["query", "fragment", "form_post"])
  }

  @Test func issuerInDevelopmentIsTheSocket() async throws {
    let server = try TestServer()
    try await server.overSocket { url in
      let answer = try await server.web(.get, Self.documents[1])
      #expect(try answer.value["issuer"]?.string == url)
    }
  }

  @Test(arguments: documents) func documentIsCachedAndOpenToAllOrigins(_ path: String) async throws
  {
    let server = try publicServer()
    let answer = try await server.web(.get, path)
    #expect(answer.head.status == .ok)
    #expect(answer["Cache-Control"] == "max-age=300")
    #expect(answer["Access-Control-Allow-Origin"] == "*")
    let head = try await server.web(.head, path)
    #expect(head.head.status == .ok && head.body.isEmpty)
    #expect(head["Content-Length"] == "\(answer.body.count)")
    let post = try await server.web(.post, path)
    #expect(post.head.status == .methodNotAllowed && post["Allow"] == "GET, HEAD, OPTIONS")
  }

  @Test(arguments: forms) func formEndpointTakesOnlyPost(_ path: String) async throws {
    let server = try publicServer()
    for method in [HTTPRequest.Method.get, .put, .delete, .head] {
      let answer = try await server.web(method, path)
      #expect(answer.head.status == .methodNotAllowed && answer["Allow"] == "POST, OPTIONS")
      #expect(answer["DPoP-Nonce"] != nil)
    }
  }

  @Test(arguments: documents + forms) func preflightIsAnswered(_ path: String) async throws {
    let answer = try await publicServer().web(
      .options,
      path,
      [.origin: "https://app.example.com", .accessControlRequestMethod: "POST"]
    )
    #expect(answer.head.status == .noContent)
    #expect(answer["Access-Control-Allow-Origin"] == "*")
    #expect(answer["Access-Control-Allow-Headers"] == "Content-Type, DPoP")
    #expect(answer["Access-Control-Max-Age"] == "86400")
    #expect(answer["Access-Control-Allow-Credentials"] == nil)
    #expect(answer["Access-Control-Expose-Headers"]?.contains("DPoP-Nonce") == true)
  }

  @Test func otherPathsAreNotAnsweredByTheEndpoints() async throws {
    let server = try publicServer()
    #expect(try await server.web(.get, "/oauth/par/").head.status == .notFound)
    #expect(try await server.web(.get, "/oauth/").head.status == .notFound)
  }
}
