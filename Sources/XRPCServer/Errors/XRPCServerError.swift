public import HTTPTypes
public import XRPC

/// An error that a handler answers with, and how it looks over HTTP.
public struct XRPCServerError: Error, Sendable {
  public var status: HTTPResponse.Status
  /// The `error` of the body.
  public var name: String
  /// The `message` of the body: shown to the client, so nothing internal.
  public var message: String?
  /// Added to the response: `Retry-After`, `Allow`, `WWW-Authenticate`.
  public var headers: HTTPFields

  public init(
    status: HTTPResponse.Status,
    name: String,
    message: String? = nil,
    headers: HTTPFields = [:]
  ) {
    self.status = status
    self.name = name
    self.message = message
    self.headers = headers
  }

  /// A failure that the method declares, with a status other than 400.
  public init(_ failure: some XRPCFailure, status: HTTPResponse.Status) {
    let body = failure.errorBody
    self.init(status: status, name: body.name, message: body.message)
  }

  public var body: XRPCErrorBody {
    XRPCErrorBody(name: name, message: message)
  }
}

extension XRPCServerError: Hashable {
  public static func == (lhs: XRPCServerError, rhs: XRPCServerError) -> Bool {
    lhs.status == rhs.status && lhs.name == rhs.name
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(status)
    hasher.combine(name)
  }
}

extension XRPCServerError: CustomStringConvertible {
  public var description: String { "\(body) (status \(status.code))" }
}

// The names that deployed servers give to statuses no schema declares a name for.
extension XRPCServerError {
  public static func invalidRequest(_ message: String) -> XRPCServerError {
    XRPCServerError(status: .badRequest, name: "InvalidRequest", message: message)
  }

  /// - Parameter challenge: the value of `WWW-Authenticate`.
  public static func authenticationRequired(
    _ message: String = "Authentication Required",
    name: String = "AuthenticationRequired",
    challenge: String = "Bearer"
  ) -> XRPCServerError {
    XRPCServerError(
      status: .unauthorized,
      name: name,
      message: message,
      headers: [.wwwAuthenticate: challenge]
    )
  }

  public static func forbidden(_ message: String = "Forbidden") -> XRPCServerError {
    XRPCServerError(status: .forbidden, name: "Forbidden", message: message)
  }

  public static func notFound(_ message: String) -> XRPCServerError {
    XRPCServerError(status: .notFound, name: "NotFound", message: message)
  }

  /// - Parameter allowed: the value of `Allow`, which RFC 9110, 15.5.6 requires.
  public static func methodNotAllowed(
    _ message: String,
    allowed: String
  ) -> XRPCServerError {
    XRPCServerError(
      status: .methodNotAllowed,
      name: "InvalidRequest",
      message: message,
      headers: [.allow: allowed]
    )
  }

  public static func payloadTooLarge(maximum: Int) -> XRPCServerError {
    XRPCServerError(
      status: .contentTooLarge,
      name: "PayloadTooLarge",
      message: "request body is longer than \(maximum) bytes"
    )
  }

  public static func unsupportedMediaType(_ message: String) -> XRPCServerError {
    XRPCServerError(
      status: .unsupportedMediaType,
      name: "InvalidRequest",
      message: message
    )
  }

  /// - Parameter seconds: the value of `Retry-After`.
  public static func rateLimitExceeded(
    _ message: String = "Rate Limit Exceeded",
    retryAfter seconds: Int? = nil
  ) -> XRPCServerError {
    var headers = HTTPFields()
    if let seconds { headers[.retryAfter] = String(seconds) }
    return XRPCServerError(
      status: .tooManyRequests,
      name: "RateLimitExceeded",
      message: message,
      headers: headers
    )
  }

  public static let internalServerError = XRPCServerError(
    status: .internalServerError,
    name: "InternalServerError",
    message: "Internal Server Error"
  )

  public static func methodNotImplemented(_ nsid: String) -> XRPCServerError {
    XRPCServerError(
      status: .notImplemented,
      name: "MethodNotImplemented",
      message: "method \(nsid) is not implemented"
    )
  }

  public static func upstreamFailure(_ message: String = "Upstream Failure") -> XRPCServerError {
    XRPCServerError(status: .badGateway, name: "UpstreamFailure", message: message)
  }

  public static func notEnoughResources(
    _ message: String = "Not Enough Resources"
  ) -> XRPCServerError {
    XRPCServerError(status: .serviceUnavailable, name: "NotEnoughResources", message: message)
  }

  public static func upstreamTimeout(_ message: String = "Upstream Timeout") -> XRPCServerError {
    XRPCServerError(status: .gatewayTimeout, name: "UpstreamTimeout", message: message)
  }
}
