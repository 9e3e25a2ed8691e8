import HTTPTypes
import Lexicon
import XRPCServer

/// Errors that a call asks for with `x-mock-error`.
enum RequestedError {
  /// Closes the connection without an answer.
  static let drop = "!drop"

  /// The error with a name. A name that is neither declared nor known to all methods makes the call
  /// itself invalid.
  static func error(_ name: String, of method: MockMethod) -> XRPCServerError {
    if let declared = method.errors.first(where: { $0.name.value == name }) {
      return XRPCServerError(
        status: .badRequest,
        name: name,
        message: declared.description ?? "\(method.nsid) declares this error"
      )
    }
    switch name {
    case "AuthenticationRequired": return .authenticationRequired()
    case "InvalidToken":
      return .authenticationRequired("Token is not valid", name: "InvalidToken")
    case "ExpiredToken":
      return XRPCServerError(status: .badRequest, name: name, message: "Token has expired")
    case "Forbidden": return .forbidden()
    case "RateLimitExceeded":
      var error = XRPCServerError.rateLimitExceeded(retryAfter: 30)
      error.headers.append(contentsOf: rateLimit)
      return error
    case "InternalServerError": return .internalServerError
    case "UpstreamFailure": return .upstreamFailure()
    case "NotEnoughResources": return .notEnoughResources()
    default:
      let declared = method.errors.map(\.name.value)
      let list = declared.isEmpty ? "no errors" : declared.joined(separator: ", ")
      return .invalidRequest("\(method.nsid) declares \(list)")
    }
  }

  /// A limit of 100 calls in 5 minutes that is used up.
  private static let rateLimit: [HTTPField] = [
    ("RateLimit-Limit", "100"), ("RateLimit-Remaining", "0"), ("RateLimit-Reset", "1767225600"),
    ("RateLimit-Policy", "100;w=300"),
  ].compactMap { name, value in HTTPField.Name(name).map { HTTPField(name: $0, value: value) } }
}
