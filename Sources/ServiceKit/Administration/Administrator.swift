package import XRPC
import XRPCServer

/// The administrator of a service, who authenticates with a password (HTTP Basic, user `admin`).
package struct Administrator: Sendable {
  /// Nil if no password is configured; then every call is refused.
  private let authentication: AdminBasic?

  /// - Parameter password: nil to disable admin methods.
  package init(password: String?) {
    authentication = password.map(AdminBasic.init)
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
