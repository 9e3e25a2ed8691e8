import ATProtoAuth
import ATProtoData
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import ServiceKit
import XRPCServer

/// Header fields of the endpoints that clients call.
enum OAuthFields {
  /// "Authorization Servers must support HTTP CORS requests/headers on relevant endpoints": any page
  /// may call them, without cookies.
  static let crossOrigin: HTTPFields = [
    .accessControlAllowOrigin: "*",
    .accessControlExposeHeaders: "DPoP-Nonce, WWW-Authenticate, Retry-After",
  ]

  /// RFC 6749, 5.1: "The authorization server MUST include the HTTP "Cache-Control" response header
  /// field with a value of "no-store" in any response containing tokens …, as well as the "Pragma"
  /// response header field".
  static let uncached: HTTPFields = [
    .cacheControl: "no-store", HTTPField.Name("Pragma")!: "no-cache",
  ]

  static func preflight(_ methods: String) -> HTTPFields {
    [
      .allow: methods,
      .accessControlAllowMethods: methods,
      .accessControlAllowHeaders: "Content-Type, DPoP",
      .accessControlMaxAge: "86400",
    ]
  }
}

extension Response {
  /// A document that changes only with the configuration.
  static func cached(_ value: DataValue) -> Response {
    var response = Response.json(value)
    response.headers[.cacheControl] = "max-age=300"
    return response
  }

  static func uncached(_ value: DataValue, _ status: HTTPResponse.Status = .ok) -> Response {
    var response = Response.json(value, status)
    response.headers.append(contentsOf: OAuthFields.uncached)
    return response
  }

  /// RFC 6749, 5.2.
  static func oauth(_ error: OAuthError, _ status: HTTPResponse.Status) -> Response {
    uncached(
      ["error": .string(error.code.rawValue), "error_description": .string(error.reason)],
      status
    )
  }

  /// The response to a request that was refused or failed. An error of an unknown type becomes a bare
  /// 500: its text may name files, queries, or keys.
  static func oauth(describing error: any Error, _ logger: Logger) -> Response {
    switch error {
    case let error as OAuthError: return oauth(error, error.status)
    case let error as XRPCServerError:
      // Too many requests, or the server is too busy.
      var response = oauth(
        OAuthError(.temporarilyUnavailable, error.message ?? error.name),
        error.status
      )
      response.headers.append(contentsOf: error.headers)
      return response
    default:
      logger.error("cannot answer an OAuth request", metadata: ["error": "\(error)"])
      return oauth(
        OAuthError(.serverError, "the server cannot answer at present"),
        .internalServerError
      )
    }
  }

  /// What GET would have sent, without the body (RFC 9110, 9.3.2).
  func withoutBody() -> Response {
    var head = self
    head.body = ResponseBody()
    // Setting the body has set its length.
    if let length = body.contentLength { head.headers[.contentLength] = String(length) }
    return head
  }
}

extension OAuthError {
  /// The status at the endpoints of the authorization server. 401 is for clients that use the
  /// `Authorization` field (RFC 6749, 5.2), and for DPoP, 400 is what clients expect (RFC 9449, 8).
  var status: HTTPResponse.Status {
    switch code {
    case .serverError: .internalServerError
    case .temporarilyUnavailable: .serviceUnavailable
    default: .badRequest
    }
  }
}
