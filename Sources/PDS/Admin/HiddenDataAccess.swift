import ATProtoSyntax
import HTTPTypes
import ServiceKit
import XRPC
import XRPCServer

/// Decides who may read what is not served to everyone: an account that is taken down or
/// deactivated can still be exported, so that its owner can migrate.
struct HiddenDataAccess: Sendable {
  let sessions: Sessions
  let administrator: Administrator

  /// Whether the call comes from the account itself or from the administrator.
  ///
  /// Throws if the request has credentials that are not valid.
  func isGranted(to context: XRPCContext, for did: DID) async throws -> Bool {
    guard context.headers[.authorization] != nil else { return false }
    if administrator.recognizes(context) {
      try await administrator.check(context)
      return true
    }
    let caller = try await context.authenticated(by: sessions.access(.anySession.orTakendown))
    return caller.did == did
  }
}
