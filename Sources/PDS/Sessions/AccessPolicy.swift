/// What a method asks of the session that calls it:
///
///     let caller = try await core.authorize(request.context, .anySession.ofActiveAccount)
///
/// XRPC specification, "App Passwords": they must not allow "destructive actions like account
/// deletion or changes to authentication settings (including app passwords themselves)".
struct AccessPolicy: Hashable, Sendable {
  private var scopes: Set<SessionScope>
  /// Whether it serves accounts that are taken down or suspended.
  private(set) var allowsTakendown = false
  /// Whether it serves accounts that their owners deactivated.
  private(set) var allowsDeactivated = true

  /// However the session was opened.
  static let anySession = AccessPolicy(
    scopes: [.access, .privilegedAppPassword, .appPassword]
  )
  /// With the account's password, or an app password that is privileged.
  static let privileged = AccessPolicy(scopes: [.access, .privilegedAppPassword])
  /// With the account's password only: whatever changes the account itself.
  static let accountPassword = AccessPolicy(scopes: [.access])

  private init(scopes: Set<SessionScope>) {
    self.scopes = scopes
  }

  /// The same for accounts that are taken down too: what their owners need to leave.
  var orTakendown: AccessPolicy {
    var rule = self
    rule.allowsTakendown = true
    rule.scopes.insert(.takendown)
    return rule
  }

  /// The same for active accounts only: whatever writes to the repository.
  var ofActiveAccount: AccessPolicy {
    var rule = self
    rule.allowsDeactivated = false
    return rule
  }

  func allows(_ scope: SessionScope) -> Bool {
    scopes.contains(scope)
  }
}
