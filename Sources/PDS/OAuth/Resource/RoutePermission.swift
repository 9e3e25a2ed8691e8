import ATProtoAuth
import XRPC
import XRPCServer

/// What a method requires of an OAuth session.
enum RoutePermission: Hashable, Sendable {
  /// The method does not use sessions: it is public, or takes other credentials, such as the
  /// administrator's password or a refresh token.
  case sessionless
  /// Any OAuth session may call the method.
  case anySession
  /// No OAuth session may call the method, whatever its scope.
  case never
  /// One permission, the same for every call.
  case need(PermissionNeed)
  /// Permissions that depend on the call. The handler computes them; the text, in Markdown, describes
  /// them.
  case computed(String)

  /// Throws `ScopeMissingError` or `Forbidden`, with status 403, unless `caller` has an OAuth session
  /// that may make the call.
  ///
  /// - Parameter needs: computes what a method with ``computed(_:)`` needs.
  func check(
    _ caller: AuthenticatedAccount,
    _ nsid: String,
    _ needs: AccountAuthentication.Needs?
  ) throws {
    switch self {
    case .anySession: break
    case .need(let need): try caller.require(need)
    case .computed:
      // A handler that does not say what it needs grants nothing.
      guard let needs else { throw XRPCServerError.notForOAuth(nsid) }
      for need in try needs() { try caller.require(need) }
    case .sessionless, .never: throw XRPCServerError.notForOAuth(nsid)
    }
  }
}
