import ATProtoSyntax
import XRPC
import XRPCServer

/// Why somebody cannot sign in.
enum SignInError: Error, Hashable, Sendable {
  /// The account does not exist, or the password is wrong: the answer does not tell which.
  case credentials
  case takendown
  /// The authorization request is for another account.
  case anotherAccount
}

/// Signs account owners in on browsers with the password of the account.
///
/// App passwords are for apps and never open these pages. Neither the answer nor its duration reveals
/// whether an account exists.
struct SignIns: Sendable {
  /// Seconds after which a remembered browser has to give the password again.
  static let lifetime = 7 * 86_400

  let store: any PDSStore
  let passwords: PasswordHasher
  let devices: BrowserDevices
  /// Nil if rate limits are off.
  let limits: PageLimits?

  /// A person at the form of a sign-in.
  struct Attempt: Sendable {
    var identifier: String
    var password: String
    /// Whether the browser is to be remembered.
    var isRemembered: Bool
    var purpose: SignInPurpose
    /// Whether an account may sign in; by default, any.
    var admits: @Sendable (Account) -> Bool = { _ in true }
  }

  /// Checks a password and signs the account in on a browser.
  ///
  /// Throws ``SignInError``, ``PageLimitExceeded``, or 503 if too many passwords are being checked.
  func signIn(
    _ attempt: Attempt,
    on device: BrowserDevice,
    from client: PageClient
  ) async throws -> (account: Account, device: BrowserDevice) {
    try limits?.password(attempt.identifier, client)
    let candidate = try await account(attempt.identifier)
    let account = try await check(attempt.password, candidate)
    guard attempt.admits(account) else { throw SignInError.anotherAccount }
    return (
      account,
      try await start(
        account,
        on: device,
        for: attempt.purpose,
        isRemembered: attempt.isRemembered,
        from: client
      )
    )
  }

  /// Signs an account in on a browser, without a check: its owner has just given the password, or
  /// created the account.
  ///
  /// - Parameter account: as it was when its password was checked.
  func start(
    _ account: Account,
    on device: BrowserDevice,
    for purpose: SignInPurpose,
    isRemembered: Bool,
    from client: PageClient,
    at now: Int = currentSeconds()
  ) async throws -> BrowserDevice {
    // Giving the password again does not make a browser forget the account.
    let remembered = device.signIns.first { $0.did == account.did && $0.request == nil }
    let signIn = OAuthSignIn(
      device: device.id,
      did: account.did,
      authenticatedAt: now,
      request: isRemembered || remembered != nil ? nil : purpose.marker,
      expiresAt: isRemembered
        ? now + Self.lifetime : remembered?.expiresAt ?? now + purpose.lifetime
    )
    return try await store.write { transaction in
      // The password may have changed since it was compared: a new one ends all sign-ins.
      guard let current = try transaction.accounts.account(account.did),
        current.passwordHash == account.passwordHash
      else { throw SignInError.credentials }
      if current.status.isWithheld { throw SignInError.takendown }
      let cookies = try devices.add(signIn, to: device, from: client.origin, in: transaction)
      let others = device.signIns.filter { $0.did != account.did }
      return BrowserDevice(cookies, isRenewed: true, signIns: [signIn] + others)
    }
  }

  /// Checks the password of an account whose owner is signed in, before a change that a stranger at
  /// an unlocked screen must not make.
  ///
  /// Throws ``SignInError``, ``PageLimitExceeded``, or 503 if too many passwords are being checked.
  ///
  /// - Returns: the account as it was when the password was compared.
  func confirm(_ password: String, of did: DID, from client: PageClient) async throws -> Account {
    let candidate = try await store.read { transaction in try transaction.accounts.account(did) }
    try limits?.password(did.string, client)
    return try await check(password, candidate)
  }

  /// The accounts that are signed in for a purpose and may use it, the most recent first.
  func accounts(on device: BrowserDevice, for purpose: SignInPurpose) async throws -> [Account] {
    let dids = device.signIns(for: purpose).map(\.did)
    guard !dids.isEmpty else { return [] }
    return try await store.read { transaction in
      try dids.compactMap { did in
        try transaction.accounts.account(did).flatMap { $0.status.isWithheld ? nil : $0 }
      }
    }
  }

  private func check(_ password: String, _ candidate: Account?) async throws -> Account {
    let isMatch = try await passwords.matches(password, candidate?.passwordHash)
    guard isMatch, let candidate else { throw SignInError.credentials }
    if candidate.status.isWithheld { throw SignInError.takendown }
    return candidate
  }

  /// - Parameter identifier: a handle, with or without `@`, a DID, or an email.
  private func account(_ identifier: String) async throws -> Account? {
    try await store.read { transaction in
      let accounts = transaction.accounts
      if let identifier = try? ATIdentifier(SignIns.name(identifier)) {
        return try accounts.account(identifier)
      }
      return identifier.contains("@") ? try accounts.account(email: identifier) : nil
    }
  }

  /// A handle as people write it in posts has an `@` before it.
  private static func name(_ identifier: String) -> String {
    identifier.utf8.first == UInt8(ascii: "@") ? String(identifier.dropFirst()) : identifier
  }
}
