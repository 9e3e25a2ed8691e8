package import XRPC
import XRPCServer

/// The administrator of a service, who authenticates with a password (HTTP Basic, user `admin`).
/// While a password is being replaced, the old one and the new one are both accepted.
package struct Administrator: Sendable {
  /// Nil if no password is configured; then every call is refused.
  private let authentication: AdminBasic?

  /// - Parameter passwords: each is accepted; empty to disable admin methods.
  package init(passwords: [String]) {
    authentication = passwords.isEmpty ? nil : AdminBasic(tokens: passwords)
  }

  /// Throws `AuthenticationRequired` unless the call is from the administrator.
  package func check(_ context: XRPCContext) async throws {
    guard let authentication else {
      throw XRPCServerError.authenticationRequired(
        "admin methods are disabled: this server has no admin password"
      )
    }
    _ = try await context.authenticated(by: authentication)
  }

  /// Whether a call has credentials of the kind that administrators use, valid or not.
  package func recognizes(_ context: XRPCContext) -> Bool {
    guard let authorization = context.authorization, let authentication else { return false }
    return authentication.recognizes(authorization)
  }
}
