import ATProtoSyntax
import AppBskyAPI
import ServiceKit
import XRPC
import XRPCServer

/// The methods of `app.bsky.actor` that the server implements itself: preferences are private and
/// stay with the account even if it uses another app view.
struct PreferencesHandler: AppBsky.Actor.Handler {
  let preferences: Preferences
  let sessions: Sessions
  /// The service whose preferences these are.
  let service: ServiceReference

  init(
    _ preferences: Preferences,
    _ sessions: Sessions,
    _ configuration: PDSConfiguration
  ) throws {
    self.preferences = preferences
    self.sessions = sessions
    service = try ProxyPolicy.preferenceService(configuration)
  }

  var routes: [XRPCRoute] {
    let served: Set<String> = [
      AppBsky.Actor.GetPreferences.nsid, AppBsky.Actor.PutPreferences.nsid,
    ]
    return AppBsky.Actor.routes(self).filter { served.contains($0.nsid) }
  }

  func getPreferences(
    _ request: XRPCRequest<AppBsky.Actor.GetPreferences>
  ) async throws -> AppBsky.Actor.GetPreferences.Output {
    let caller = try await request.context.authenticated(
      by: sessions.access(.anySession.orTakendown, needs: needs(of: request.context))
    )
    return AppBsky.Actor.GetPreferences.Output(preferences: try await preferences.all(of: caller))
  }

  func putPreferences(
    _ request: XRPCProcedureRequest<AppBsky.Actor.PutPreferences>
  ) async throws {
    let caller = try await request.context.authenticated(
      by: sessions.access(.anySession, needs: needs(of: request.context))
    )
    try await preferences.replace(with: request.input.preferences, of: caller)
  }

  private func needs(of context: XRPCContext) -> AccountAuthentication.Needs {
    { [service] in try ProxyNeeds.needs(of: context.nsid, at: service) }
  }
}
