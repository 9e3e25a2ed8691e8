import ATProtoAuth
import ATProtoCrypto
import ATProtoData
import ATProtoHTTP
import ATProtoIdentity
import ATProtoSyntax
import HTTPTypes
import OAuthClient
import Synchronization
import XRPC
import XRPCClient

extension FakeNetwork {
  func answer(_ request: HTTPRequest, _ body: [UInt8]) async -> HTTPTransportResponse {
    let origin = "\(request.scheme ?? "")://\(request.authority ?? "")"
    let path = String((request.path ?? "/").prefix { $0 != "?" })
    if path == "/oauth/token" {
      while state.withLock({ $0.behavior.holdsRefreshes }) {
        try? await Task.sleep(for: .milliseconds(5))
      }
    }
    guard state.withLock({ $0.behavior.isReachable }) else {
      return HTTPTransportResponse(head: HTTPResponse(status: .badGateway))
    }
    var response = respond(request, origin, path, body)
    if request.headerFields[.dpop] != nil {
      state.withLock { state in
        guard state.behavior.sendsNonces else { return }
        response.head.headerFields[.nonce] = state.nonces.current(at: state.seconds)
        if state.behavior.forgetsNonces { state.rotateNonces() }
      }
    }
    let status = response.head.status.code
    state.withLock { $0.log.append("\(path) \(status)") }
    return response
  }

  private func respond(
    _ request: HTTPRequest,
    _ origin: String,
    _ path: String,
    _ body: [UInt8]
  ) -> HTTPTransportResponse {
    if let document = Self.documents[origin + path] {
      let url = HTTPURL(origin + path)!
      let response = HTTPTransportResponse.json(.object(document))
      return state.withLock { $0.behavior.document }(url, response)
    }
    do {
      switch origin + path {
      case "\(Self.issuer)/oauth/par": return try par(request, body)
      case "\(Self.issuer)/oauth/token": return try token(request, body)
      case "\(Self.issuer)/oauth/revoke": return try revoke(request, body)
      case _ where origin == Self.pds && path.hasPrefix("/xrpc/"): return try call(request)
      default: return HTTPTransportResponse(head: HTTPResponse(status: .notFound))
      }
    } catch let error as OAuthError {
      if ![.useDPoPNonce, .invalidToken, .invalidGrant].contains(error.code) {
        state.withLock { $0.violations.append("\(path): \(error)") }
      }
      return origin == Self.pds ? refusal(error) : .json(error, status: .badRequest)
    } catch {
      state.withLock { $0.violations.append("\(path): \(error)") }
      return HTTPTransportResponse(head: HTTPResponse(status: .internalServerError))
    }
  }

  static let documents: [String: DataObject] = [
    "\(pds)/.well-known/oauth-protected-resource": [
      "resource": .string(pds), "authorization_servers": [.string(issuer)],
    ],
    "\(issuer)/.well-known/oauth-authorization-server": [
      "issuer": .string(issuer), "authorization_endpoint": .string("\(issuer)/oauth/authorize"),
      "token_endpoint": .string("\(issuer)/oauth/token"),
      "pushed_authorization_request_endpoint": .string("\(issuer)/oauth/par"),
      "revocation_endpoint": .string("\(issuer)/oauth/revoke"),
      "response_types_supported": ["code"],
      "grant_types_supported": ["authorization_code", "refresh_token"],
      "code_challenge_methods_supported": ["S256"],
      "token_endpoint_auth_methods_supported": ["none", "private_key_jwt"],
      "token_endpoint_auth_signing_alg_values_supported": ["ES256"],
      "scopes_supported": ["atproto", "transition:generic"],
      "dpop_signing_alg_values_supported": ["ES256"],
      "authorization_response_iss_parameter_supported": true,
      "require_pushed_authorization_requests": true,
      "client_id_metadata_document_supported": true,
    ],
  ]

  private func refusal(_ error: OAuthError) -> HTTPTransportResponse {
    let place = state.withLock { $0.behavior.refusal }
    var response = HTTPTransportResponse(head: HTTPResponse(status: .unauthorized))
    if place != .body {
      response.head.headerFields[.wwwAuthenticate] =
        #"DPoP error="\#(error.code.rawValue)", error_description="no", algs="ES256""#
    }
    if place != .header {
      response.head.headerFields[.contentType] = "application/json"
      response.body = [UInt8](#"{"error":"\#(error.code.rawValue)","message":"no"}"#.utf8)
    }
    return response
  }

  /// Checks the proof of a request. Returns the thumbprint of its key.
  @discardableResult
  func prove(_ request: HTTPRequest, accessToken: String? = nil) throws -> String {
    let fields = request.headerFields[fields: .dpop]
    guard fields.count == 1 else {
      throw OAuthError(.invalidDPoPProof, "\(fields.count) DPoP headers")
    }
    let proof = try DPoPProof(fields[0].value)
    return try state.withLock { state in
      guard state.behavior.sendsNonces else { return proof.thumbprint }
      try proof.verify(
        method: request.method.rawValue,
        url: "\(request.scheme ?? "")://\(request.authority ?? "")\(request.path ?? "")",
        accessToken: accessToken,
        nonces: state.nonces,
        at: state.seconds
      )
      try state.replays.accept(proof, at: state.seconds)
      return proof.thumbprint
    }
  }

  private func par(_ request: HTTPRequest, _ body: [UInt8]) throws -> HTTPTransportResponse {
    let (form, thumbprint, keyID) = try credentials(request, body)
    state.withLock { $0.forms.append(form) }
    _ = try AuthorizationParameters(form: form, client: Self.registration().metadata)
    let id = "urn:ietf:params:oauth:request_uri:req-\(state.withLock { $0.forms.count })"
    state.withLock {
      $0.requests[id] = Pushed(form: form, thumbprint: thumbprint, keyID: keyID)
    }
    return .json(["request_uri": .string(id), "expires_in": 300], status: .created)
  }

  /// Checks proof, method, content type and client authentication, in this order.
  private func credentials(
    _ request: HTTPRequest,
    _ body: [UInt8]
  ) throws -> (form: FormParameters, thumbprint: String, keyID: String?) {
    let thumbprint = try prove(request)
    guard request.method == .post else { throw OAuthError(.invalidRequest, "not a POST") }
    guard request.headerFields[.authorization] == nil else {
      throw OAuthError(.invalidRequest, "Authorization at the authorization server")
    }
    let type = request.headerFields[.contentType]
    guard type == "application/x-www-form-urlencoded" else {
      throw OAuthError(.invalidRequest, "content type \(type ?? "missing")")
    }
    let form = try FormParameters(body, contentType: type)
    guard form["client_id"] == Self.clientID else {
      throw OAuthError(.invalidClient, "client_id \(form["client_id"] ?? "missing")")
    }
    guard let keys = state.withLock({ $0.behavior.clientKeys }) else {
      return (form, thumbprint, nil)
    }
    guard form["client_assertion_type"] == ClientAssertion.type else {
      throw OAuthError(.invalidClient, "client_assertion_type is missing")
    }
    let verified = try ClientAssertion(form.required("client_assertion"))
      .verify(keys: keys, client: Self.clientID, issuer: Self.issuer, at: seconds)
    guard state.withLock({ $0.assertions.insert(verified.identifier).inserted }) else {
      throw OAuthError(.invalidClient, "the assertion was used before")
    }
    return (form, thumbprint, verified.keyID)
  }

  private func token(_ request: HTTPRequest, _ body: [UInt8]) throws -> HTTPTransportResponse {
    let (form, thumbprint, keyID) = try credentials(request, body)
    return try state.withLock { state in
      switch form["grant_type"] {
      case "authorization_code":
        guard let pushed = state.requests.removeValue(forKey: try form.required("code")) else {
          throw OAuthError(.invalidGrant, "unknown code")
        }
        guard pushed.thumbprint == thumbprint, pushed.keyID == keyID else {
          throw OAuthError(.invalidRequest, "another key than that of the request")
        }
        guard form["redirect_uri"] == pushed.form["redirect_uri"] else {
          throw OAuthError(.invalidRequest, "another redirect_uri than that of the request")
        }
        try PKCE.check(
          verifier: form.required("code_verifier"),
          challenge: pushed.form.required("code_challenge")
        )
        // Each session has tokens of its own.
        state.session = Session(
          thumbprint: thumbprint,
          keyID: keyID,
          generation: 10 * state.logins
        )
        state.logins += 1
      case "refresh_token":
        guard let session = state.session, !state.behavior.revokesRefreshes,
          form["refresh_token"] == "refresh-\(session.generation)"
        else {
          // A replay ends the session.
          state.session = nil
          throw OAuthError(.invalidGrant, "unknown or used refresh token")
        }
        guard session.thumbprint == thumbprint, session.keyID == keyID else {
          throw OAuthError(.invalidRequest, "another key than that of the session")
        }
        state.session?.generation += 1
        state.accessTokenIsExpired = false
      default: throw OAuthError(.unsupportedGrantType, "\(form["grant_type"] ?? "missing")")
      }
      let generation = state.session?.generation ?? 0
      var tokens: DataObject = [
        "access_token": .string("access-\(generation)"),
        "refresh_token": .string("refresh-\(generation)"),
        "token_type": "DPoP", "expires_in": 900, "scope": "atproto repo:com.example.note",
        "sub": .string(Self.did.string),
      ]
      state.behavior.tokens(&tokens)
      return .json(.object(tokens))
    }
  }

  private func revoke(_ request: HTTPRequest, _ body: [UInt8]) throws -> HTTPTransportResponse {
    let (form, _, _) = try credentials(request, body)
    let token = try form.required("token")
    state.withLock { state in
      state.revoked.append(token)
      guard let generation = state.session?.generation else { return }
      if ["refresh-\(generation)", "access-\(generation)"].contains(token) { state.session = nil }
    }
    return .json([:])
  }

  /// Any method of the PDS.
  func call(_ request: HTTPRequest) throws -> HTTPTransportResponse {
    let authorization = request.headerFields[.authorization] ?? ""
    guard authorization.hasPrefix("DPoP ") else {
      throw OAuthError(.invalidRequest, "Authorization is '\(authorization)'")
    }
    let token = String(authorization.dropFirst(5))
    let thumbprint = try prove(request, accessToken: token)
    try state.withLock { state in
      guard let session = state.session, token == "access-\(session.generation)",
        !state.accessTokenIsExpired
      else { throw OAuthError(.invalidToken, "the token has expired") }
      guard session.thumbprint == thumbprint else {
        throw OAuthError(.invalidDPoPProof, "another key than that of the session")
      }
    }
    return .json(["text": "x"])
  }

  func openWebSocket(_ request: HTTPRequest) async -> WebSocketOpening {
    let response = await answer(request, [])
    guard response.head.status == .ok else { return .refused(response) }
    return .opened(AsyncThrowingStream { $0.finish() }, head: response.head)
  }
}

extension HTTPField.Name {
  fileprivate static let dpop = HTTPField.Name("DPoP")!
  fileprivate static let nonce = HTTPField.Name("DPoP-Nonce")!
}

extension HTTPTransportResponse {
  static func json(
    _ value: DataValue,
    status: HTTPResponse.Status = .ok
  ) -> HTTPTransportResponse {
    HTTPTransportResponse(
      head: HTTPResponse(status: status, headerFields: [.contentType: "application/json"]),
      body: value.jsonBytes()
    )
  }

  static func json(_ error: OAuthError, status: HTTPResponse.Status) -> HTTPTransportResponse {
    .json(
      ["error": .string(error.code.rawValue), "error_description": .string(error.reason)],
      status: status
    )
  }
}
