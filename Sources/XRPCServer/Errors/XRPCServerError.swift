public import HTTPTypes
public import XRPC

/// An error that a handler throws as a response: status, name, message and header fields. Errors with
/// the same status and name are equal.
public struct XRPCServerError: Error, Sendable {
  /// The status of the response.
  public var status: HTTPResponse.Status
  /// The `error` of the body, such as `InvalidRequest`.
  public var name: String
  /// The `message` of the body. Clients see it, so it must not reveal internals.
  public var message: String?
  /// Header fields of the response: `Retry-After`, `Allow`, `WWW-Authenticate`.
  public var headers: HTTPFields

  /// Creates an error.
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

  /// Creates an error from a failure that the method declares, with a status other than 400.
  public init(_ failure: some XRPCFailure, status: HTTPResponse.Status) {
    let body = failure.errorBody
    self.init(status: status, name: body.name, message: body.message)
  }

  /// The name and message.
  public var body: XRPCErrorBody {
    XRPCErrorBody(name: name, message: message)
  }
}

extension XRPCServerError: Hashable {
  /// Compares status and name.
  public static func == (lhs: XRPCServerError, rhs: XRPCServerError) -> Bool {
    lhs.status == rhs.status && lhs.name == rhs.name
  }

  /// Hashes status and name.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(status)
    hasher.combine(name)
  }
}

extension XRPCServerError: CustomStringConvertible {
  /// The name and message with the status code.
  public var description: String { "\(body) (status \(status.code))" }
}

// The names that deployed servers use for errors that no schema declares.
extension XRPCServerError {
  /// 400 `InvalidRequest`.
  public static func invalidRequest(_ message: String) -> XRPCServerError {
    XRPCServerError(status: .badRequest, name: "InvalidRequest", message: message)
  }

  /// 401 with a challenge.
  ///
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

  /// 403 `Forbidden`.
  public static func forbidden(_ message: String = "Forbidden") -> XRPCServerError {
    XRPCServerError(status: .forbidden, name: "Forbidden", message: message)
  }

  /// 404 `NotFound`.
  public static func notFound(_ message: String) -> XRPCServerError {
    XRPCServerError(status: .notFound, name: "NotFound", message: message)
  }

  /// 405 `InvalidRequest`.
  ///
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

  /// 413 `PayloadTooLarge`.
  public static func payloadTooLarge(maximum: Int) -> XRPCServerError {
    XRPCServerError(
      status: .contentTooLarge,
      name: "PayloadTooLarge",
      message: "the request body is longer than \(maximum) bytes"
    )
  }

  /// 415 `InvalidRequest`.
  public static func unsupportedMediaType(_ message: String) -> XRPCServerError {
    XRPCServerError(
      status: .unsupportedMediaType,
      name: "InvalidRequest",
      message: message
    )
  }

  /// 429 `RateLimitExceeded`.
  ///
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

  /// 500 `InternalServerError`.
  public static let internalServerError = XRPCServerError(
    status: .internalServerError,
    name: "InternalServerError",
    message: "Internal Server Error"
  )

  /// 501 `MethodNotImplemented`.
  public static func methodNotImplemented(_ nsid: String) -> XRPCServerError {
    XRPCServerError(
      status: .notImplemented,
      name: "MethodNotImplemented",
      message: "method \(nsid) is not implemented"
    )
  }

  /// 502 `UpstreamFailure`.
  public static func upstreamFailure(_ message: String = "Upstream Failure") -> XRPCServerError {
    XRPCServerError(status: .badGateway, name: "UpstreamFailure", message: message)
  }

  /// 503 `NotEnoughResources`.
  public static func notEnoughResources(
    _ message: String = "Not Enough Resources"
  ) -> XRPCServerError {
    XRPCServerError(status: .serviceUnavailable, name: "NotEnoughResources", message: message)
  }

  /// 504 `UpstreamTimeout`.
  public static func upstreamTimeout(_ message: String = "Upstream Timeout") -> XRPCServerError {
    XRPCServerError(status: .gatewayTimeout, name: "UpstreamTimeout", message: message)
  }
}
