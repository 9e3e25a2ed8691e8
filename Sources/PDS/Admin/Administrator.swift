import ATProtoSyntax
import HTTPTypes
import XRPC
import XRPCServer

/// Checks that a call comes from the administrator.
struct Administrator: Sendable {
  /// Nil if the server has no administrator's password: then nobody is the administrator.
  let authentication: AdminBasic?

  init(password: String?) {
    authentication = password.map(AdminBasic.init)
  }

  /// Throws a 401 unless the call comes from the administrator.
  func check(_ context: XRPCContext) async throws {
    guard let authentication else {
      throw XRPCServerError.authenticationRequired("this server has no administrator password")
    }
    _ = try await context.authenticated(by: authentication)
  }
}

/// Decides who may read what is not served to everyone: an account that is taken down or
/// deactivated can still be exported, so that its owner can move away.
struct HiddenDataAccess: Sendable {
  let sessions: Sessions
  let administrator: Administrator

  /// Whether the call comes from the account itself or from the administrator.
  ///
  /// Throws if the request has credentials that are not valid.
  func isGranted(to context: XRPCContext, for did: DID) async throws -> Bool {
    guard context.headers[.authorization] != nil else { return false }
    if let authorization = context.authorization, let admin = administrator.authentication,
      admin.recognizes(authorization)
    {
      try await administrator.check(context)
      return true
    }
    let caller = try await context.authenticated(by: sessions.access(.anySession.orTakendown))
    return caller.did == did
  }
}
