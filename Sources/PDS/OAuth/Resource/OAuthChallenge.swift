import ATProtoAuth
import HTTPTypes
import XRPCServer

/// The challenges of the scheme DPoP (RFC 9449, 7.1).
///
///     challenge = "DPoP" [ error "," error_description "," ] algs
enum OAuthChallenge {
  private static let algorithms = DPoPProof.algorithms.map(\.rawValue).joined(separator: " ")

  /// The challenge for a request without credentials, which names no error (RFC 6750, 3.1).
  static let withoutError = #"DPoP algs="\#(algorithms)""#

  /// - Parameter description: printable ASCII, as RFC 6750, 3 requires; other characters are replaced.
  static func value(error: String, _ description: String) -> String {
    let quotable = OAuthError(.invalidToken, description).reason
    return #"DPoP error="\#(error)", error_description="\#(quotable)", algs="\#(algorithms)""#
  }
}

extension XRPCServerError {
  /// 401 for a token or a proof that is not valid. Clients look for `use_dpop_nonce` in the header or
  /// in the body.
  init(ofResource error: OAuthError) {
    guard error.code != .temporarilyUnavailable else {
      self = .notEnoughResources(error.reason)
      return
    }
    let name = error.code.rawValue
    self.init(
      status: .unauthorized,
      name: name,
      message: error.reason,
      headers: [.wwwAuthenticate: OAuthChallenge.value(error: name, error.reason)]
    )
  }

  /// 403 for a session that lacks a permission (RFC 6750, 3.1, `insufficient_scope`), with the name
  /// and the message of the reference implementation.
  static func scopeMissing(_ need: PermissionNeed) -> XRPCServerError {
    XRPCServerError(
      status: .forbidden,
      name: "ScopeMissingError",
      message: "Missing required scope \"\(need.scope)\"",
      headers: [
        .wwwAuthenticate: OAuthChallenge.value(
          error: "insufficient_scope",
          "the session lacks a permission"
        )
      ]
    )
  }

  /// 403 for a method that no permission covers.
  static func notForOAuth(_ nsid: String) -> XRPCServerError {
    .forbidden("OAuth sessions cannot call \(nsid)")
  }
}
