import ATProtoSyntax
import AppBskyAPI

/// The private preferences of accounts, in `app.bsky` only.
struct Preferences: Sendable {
  typealias Item = AppBsky.Actor.Defs.PreferencesItem

  let store: any PDSStore

  /// The preferences that the session may see.
  func all(of caller: AuthenticatedAccount) async throws -> [Item] {
    let stored = try await store.read { transaction in
      try transaction.preferences.preferences(of: caller.did)
    }
    return try PreferencePolicy(hasFullAccess: caller.hasFullAccess).shown(stored, at: .now)
  }

  /// Replaces the preferences that the session may see.
  ///
  /// Throws `InvalidRequest` if a preference is not in `app.bsky` or the session may not set it.
  func replace(with preferences: [Item], of caller: AuthenticatedAccount) async throws {
    let policy = PreferencePolicy(hasFullAccess: caller.hasFullAccess)
    try await store.write { transaction in
      let table = transaction.preferences
      try table.setPreferences(
        try policy.replacing(try table.preferences(of: caller.did), by: preferences),
        of: caller.did
      )
    }
  }
}
