import ATProtoAuth
import ATProtoData
import ATProtoHTTP
import HTTPTypes
import NIOHTTP1
public import XRPC

extension RouteResponse {
  /// Creates the JSON error response for an error thrown by a handler (XRPC specification, "Error
  /// Responses").
  public init(error: any Error) {
    let rendered = XRPCServerError(describing: error)
    let body = ErrorObject(rendered.body).jsonBytes()
    var fields = rendered.headers
    fields[.contentType] = "application/json"
    // "There should be a `WWW-Authenticate` header" (Summary of HTTP Status Codes, 401).
    if rendered.status == .unauthorized, fields[.wwwAuthenticate] == nil {
      fields[.wwwAuthenticate] = "Bearer"
    }
    self.init(
      head: HTTPResponse(status: rendered.status, headerFields: fields),
      body: .bytes(body),
      error: error
    )
  }
}

extension XRPCServerError {
  /// Describes `error` to a client. An error of an unknown type becomes a bare 500: its text may
  /// name files, queries or keys.
  package init(describing error: any Error) {
    switch error {
    case let error as XRPCServerError: self = error
    case let failure as any XRPCFailure: self.init(failure, status: .badRequest)
    case let error as ParameterError: self = .invalidRequest("\(error)")
    case let error as XRPCBodyError: self.init(error)
    case let error as XRPCValidationError where error.part != .output:
      self = .invalidRequest("\(error)")
    case let error as XRPCMethodNotImplemented: self = .methodNotImplemented(error.nsid)
    // A body with malformed chunks, which the decoder refuses while a handler reads it.
    case is HTTPParserError: self = .invalidRequest("the body of the request is not valid HTTP")
    case is CancellationError: self = .notEnoughResources("the request was canceled")
    default: self = .internalServerError
    }
  }

  private init(_ error: XRPCBodyError) {
    switch error {
    case .contentType: self = .unsupportedMediaType("\(error)")
    case .data(let error): self = .invalidRequest("input: \(error)")
    }
  }

  /// Describes why a service token was refused, with the names that deployed clients know.
  init(_ error: JWTError) {
    let name =
      switch error.code {
      case .wrongType: "BadJwtType"
      case .expired: "JwtExpired"
      case .wrongAudience: "BadJwtAudience"
      case .wrongMethod: "BadJwtLexiconMethod"
      case .wrongIssuer: "BadJwtIss"
      case .badSignature, .algorithmNotAllowed: "BadJwtSignature"
      default: "BadJwt"
      }
    self.init(status: .unauthorized, name: name, message: error.reason)
  }
}
