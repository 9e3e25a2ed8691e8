import ATProtoData
import ATProtoSyntax
import AppBskyAPI
import XRPC
import XRPCServer

/// What may be kept as a preference, and who sees which, as in the reference implementation.
struct PreferencePolicy: Sendable {
  /// Whether the session was opened with the account's password.
  var hasFullAccess: Bool

  /// Preferences of other apps would be kept in groups of their own.
  static let namespace = "app.bsky"
  static let maximumCount = 2_000

  private static let personalDetails = "app.bsky.actor.defs#personalDetailsPref"
  /// Made from the day of birth, and not to be set: apps that may not know that day go by it.
  private static let declaredAge = "app.bsky.actor.defs#declaredAgePref"

  /// What is stored after an account sent `preferences`: those, and what the session cannot see.
  func replacing(
    _ stored: [StoredPreference],
    by preferences: [AppBsky.Actor.Defs.PreferencesItem]
  ) throws -> [StoredPreference] {
    guard preferences.count <= Self.maximumCount else {
      throw XRPCServerError.invalidRequest("more than \(Self.maximumCount) preferences")
    }
    let sent = try preferences.map(checked).filter { $0.type != Self.declaredAge }
    return stored.filter { !isInNamespace($0) || !isVisible($0.type) } + sent
  }

  private func checked(
    _ preference: AppBsky.Actor.Defs.PreferencesItem
  ) throws -> StoredPreference {
    let block = preference.cborBytes()
    guard let type = try DataValue(cbor: block).type else {
      throw XRPCServerError.invalidRequest("a preference has no $type")
    }
    let stored = StoredPreference(type: type, block: block)
    guard isInNamespace(stored) else {
      throw XRPCServerError.invalidRequest(
        "a preference is not one of \(Self.namespace): \(type.prefix(100))"
      )
    }
    guard isVisible(type) else {
      throw XRPCServerError.invalidRequest("an app password may not set \(type)")
    }
    return stored
  }

  /// What an account gets of what is stored.
  ///
  /// - Parameter now: the present time.
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

  /// The day of birth is no business of apps with an app password.
  private func isVisible(_ type: String) -> Bool {
    hasFullAccess || type != Self.personalDetails
  }

  /// Whole years between two points of time, by the calendar in UTC.
  static func age(at now: Datetime, of birth: Datetime) -> Int {
    // Written anew in UTC, a datetime begins with a day of ten digits: `2006-01-02`.
    guard let now = Datetime(now.instant)?.string, let birth = Datetime(birth.instant)?.string,
      let year = Int(now.prefix(4)), let birthYear = Int(birth.prefix(4))
    else { return 0 }
    let isBeforeBirthday = now.dropFirst(4).prefix(6) < birth.dropFirst(4).prefix(6)
    return year - birthYear - (isBeforeBirthday ? 1 : 0)
  }
}
