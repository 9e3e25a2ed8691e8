import ATProtoSyntax
import AppBskyAPI
import XRPC

/// The methods of `app.bsky.actor` that are answered here, not by an app view: preferences are
/// private, and stay with the account when it changes the app view.
struct PreferencesHandler: AppBsky.Actor.Handler {
  let core: PDSCore

  var routes: [XRPCRoute] {
    let served: Set<String> = [
      AppBsky.Actor.GetPreferences.nsid, AppBsky.Actor.PutPreferences.nsid,
    ]
    return AppBsky.Actor.routes(self).filter { served.contains($0.nsid) }
  }

  func getPreferences(
    _ request: XRPCRequest<AppBsky.Actor.GetPreferences>
  ) async throws -> AppBsky.Actor.GetPreferences.Output {
    let caller = try await core.authorize(request.context, .anySession.orTakendown)
    let stored = try await core.store.read { transaction in
      try transaction.preferences.preferences(of: caller.account.did)
    }
    let rules = PreferencePolicy(hasFullAccess: caller.hasFullAccess)
    return AppBsky.Actor.GetPreferences.Output(preferences: try rules.shown(stored, at: .now))
  }

  func putPreferences(
    _ request: XRPCProcedureRequest<AppBsky.Actor.PutPreferences>
  ) async throws {
    let caller = try await core.authorize(request.context, .anySession)
    let rules = PreferencePolicy(hasFullAccess: caller.hasFullAccess)
    let preferences = request.input.preferences
    try await core.store.write { transaction in
      let table = transaction.preferences
      let did = caller.account.did
      try table.setPreferences(
        try rules.replacing(try table.preferences(of: did), by: preferences),
        of: did
      )
    }
  }
}
