import ATProtoAuth
import ATProtoData
import HTTPTypes
import Hummingbird
import NIOCore
import XRPCServer

/// The endpoints that clients of the authorization server call, at the paths of the reference
/// implementation: discovery, pushed authorization requests, tokens, and revocation.
struct OAuthEndpoints: WebPart {
  /// Bytes of a request body.
  static let maximumBytes = FormParameters.maximumLength
  static let paths = Endpoint.allCases.map(\.rawValue)

  let oauth: OAuthDomain
  /// Nil if rate limits are off.
  let limits: OAuthLimits?

  func respond(
    to request: Request,
    _ context: XRPCRequestContext
  ) async throws -> Response? {
    guard let endpoint = Endpoint(rawValue: request.uri.path) else { return nil }
    var response = await answer(request, endpoint, context)
    response.headers.append(contentsOf: OAuthFields.crossOrigin)
    if endpoint.takesForm {
      // RFC 9449, 8.2: "in the response of both successful and failed requests".
      response.headers[.dpopNonce] = oauth.proofs.nonce()
    }
    return request.method == .head ? response.withoutBody() : response
  }

  private enum Endpoint: String, CaseIterable {
    case resource = "/.well-known/oauth-protected-resource"
    case server = "/.well-known/oauth-authorization-server"
    case keys = "/oauth/jwks"
    case par = "/oauth/par"
    case token = "/oauth/token"
    case revoke = "/oauth/revoke"

    var takesForm: Bool {
      switch self {
      case .resource, .server, .keys: false
      case .par, .token, .revoke: true
      }
    }

    var methods: [HTTPRequest.Method] { takesForm ? [.post] : [.get, .head] }
    var allow: String { (methods + [.options]).map(\.rawValue).joined(separator: ", ") }
  }

  private func answer(
    _ request: Request,
    _ endpoint: Endpoint,
    _ context: XRPCRequestContext
  ) async -> Response {
    if request.method == .options {
      return Response(status: .noContent, headers: OAuthFields.preflight(endpoint.allow))
    }
    guard endpoint.methods.contains(request.method) else {
      var response = Response.oauth(
        OAuthError(.invalidRequest, "the method must be \(endpoint.methods[0])"),
        .methodNotAllowed
      )
      response.headers[.allow] = endpoint.allow
      return response
    }
    do {
      try limits?.consume(endpoint == .par, context.client)
      switch endpoint {
      case .resource: return .cached(oauth.documents.resource)
      case .server: return .cached(oauth.documents.server)
      case .keys: return .cached(oauth.documents.keys)
      case .par, .token, .revoke: return try await answerForm(request, endpoint, context)
      }
    } catch {
      return .oauth(describing: error, context.logger)
    }
  }

  private func answerForm(
    _ request: Request,
    _ endpoint: Endpoint,
    _ context: XRPCRequestContext
  ) async throws -> Response {
    let form = try await Self.form(of: request)
    // First, so that an answer with `use_dpop_nonce` uses nothing up: clients send the same client
    // assertion and code again.
    let proof = try oauth.proofs.verify(
      request.headers,
      method: request.method.rawValue,
      path: endpoint.rawValue
    )
    switch endpoint {
    case .par: return try await push(form, proof, context.client.network)
    case .token: return try await token(form, proof)
    case .revoke: return try await revoke(form)
    case .resource, .server, .keys: preconditionFailure("\(endpoint) takes no form")
    }
  }

  private static func form(of request: Request) async throws -> FormParameters {
    let tooLong = OAuthError(.invalidRequest, "the request is longer than \(maximumBytes) bytes")
    if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > maximumBytes {
      throw tooLong
    }
    let body: ByteBuffer
    do {
      body = try await request.body.collect(upTo: maximumBytes)
    } catch is NIOTooManyBytesError {
      throw tooLong
    }
    return try FormParameters(
      Array(buffer: body),
      contentType: request.headers[.contentType]
    )
  }
}
