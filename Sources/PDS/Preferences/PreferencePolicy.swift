import ATProtoData
import ATProtoSyntax
import AppBskyAPI
import XRPC
import XRPCServer

/// Decides which preferences can be stored and which a session may see, as in the reference
/// implementation.
struct PreferencePolicy: Sendable {
  /// Whether the session was opened with the account's password.
  var hasFullAccess: Bool

  /// Preferences of other namespaces are rejected.
  static let namespace = "app.bsky"
  static let maximumCount = 2_000

  private static let personalDetails = "app.bsky.actor.defs#personalDetailsPref"
  /// Computed from the date of birth and not settable: it is for apps that must not see that date.
  private static let declaredAge = "app.bsky.actor.defs#declaredAgePref"

  /// Returns the preferences to store after a session sent `preferences`: those, plus the stored
  /// ones that the session cannot see.
  func replacing(
    _ stored: [StoredPreference],
    by preferences: [AppBsky.Actor.Defs.PreferencesItem]
  ) throws -> [StoredPreference] {
    guard preferences.count <= Self.maximumCount else {
      throw XRPCServerError.invalidRequest(
        "an account can have at most \(Self.maximumCount) preferences"
      )
    }
    let sent = try preferences.map(checked).filter { $0.type != Self.declaredAge }
    return stored.filter { !isInNamespace($0) || !isVisible($0.type) } + sent
  }

  private func checked(
    _ preference: AppBsky.Actor.Defs.PreferencesItem
  ) throws -> StoredPreference {
    let block = preference.cborBytes()
    guard let type = try DataValue(cbor: block).type else {
      throw XRPCServerError.invalidRequest("a preference must have a $type")
    }
    let stored = StoredPreference(type: type, block: block)
    guard isInNamespace(stored) else {
      throw XRPCServerError.invalidRequest(
        "a preference must be in the namespace \(Self.namespace): \(type.prefix(100))"
      )
    }
    guard isVisible(type) else {
      throw XRPCServerError.invalidRequest(
        "a session opened with an app password cannot set \(type)"
      )
    }
    return stored
  }

  /// The stored preferences that the session may see.
  ///
  /// - Parameter now: the current time.
  func shown(
    _ stored: [StoredPreference],
    at now: Datetime
  ) throws -> [AppBsky.Actor.Defs.PreferencesItem] {
    let own = stored.filter(isInNamespace)
    var shown = try own.filter { isVisible($0.type) }.map { try Self.item($0) }
    if let details = own.first(where: { $0.type == Self.personalDetails }),
      case .personalDetailsPref(let details) = try Self.item(details),
      let birth = try? details.birthDate?.parsed()
    {
      let age = Self.age(at: now, of: birth)
      shown.append(
        .declaredAgePref(
          AppBsky.Actor.Defs.DeclaredAgePref(
            isOverAge13: age >= 13,
            isOverAge16: age >= 16,
            isOverAge18: age >= 18
          )
        )
      )
    }
    return shown
  }

  private static func item(
    _ stored: StoredPreference
  ) throws -> AppBsky.Actor.Defs.PreferencesItem {
    try AppBsky.Actor.Defs.PreferencesItem(cbor: stored.block)
  }

  private func isInNamespace(_ preference: StoredPreference) -> Bool {
    preference.type.hasPrefix(Self.namespace + ".")
  }

  /// Apps with an app password must not see the date of birth.
  private func isVisible(_ type: String) -> Bool {
    hasFullAccess || type != Self.personalDetails
  }

  /// Whole years between two instants, in UTC.
  static func age(at now: Datetime, of birth: Datetime) -> Int {
    // In UTC, a datetime starts with a date of ten characters: `2006-01-02`.
    guard let now = Datetime(now.instant)?.string, let birth = Datetime(birth.instant)?.string,
      let year = Int(now.prefix(4)), let birthYear = Int(birth.prefix(4))
    else { return 0 }
    let isBeforeBirthday = now.dropFirst(4).prefix(6) < birth.dropFirst(4).prefix(6)
    return year - birthYear - (isBeforeBirthday ? 1 : 0)
  }
}
