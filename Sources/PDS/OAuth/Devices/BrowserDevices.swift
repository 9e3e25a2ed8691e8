import ATProtoCrypto
import ATProtoSyntax

/// The browsers of account owners, recognized by two cookies.
///
/// One cookie names the browser. The other is replaced every few minutes and whenever something
/// changes, so that a copy of the cookies is soon worthless, and using it ends all sign-ins of the
/// browser. A browser enters the database when somebody signs in, so that visitors leave nothing
/// behind.
struct BrowserDevices: Sendable {
  /// Seconds that a browser is remembered after its last visit.
  static let lifetime = 30 * 86_400
  /// Seconds after which the session cookie is replaced.
  static let rotationInterval = 5 * 60
  /// Seconds that the replaced cookie still works: a browser may send several requests at once.
  static let gracePeriod = 5

  let store: any PDSStore

  private enum Match {
    case current
    case previous
  }

  /// Recognizes a browser, and replaces its session cookie if that is due.
  ///
  /// - Parameter cookies: nil if the request has none.
  func device(
    _ cookies: DeviceCookies?,
    from origin: DeviceOrigin,
    at now: Int = currentSeconds()
  ) async throws -> BrowserDevice {
    guard let cookies else { return BrowserDevice(.make(), isRenewed: true) }
    let id = cookies.deviceID
    let (row, signIns) = try await store.read { transaction in
      (try transaction.oauth.device(id), try transaction.oauth.signIns(on: id))
    }
    guard let row, row.expiresAt > now else { return BrowserDevice(cookies, isRenewed: false) }
    let valid = signIns.filter { $0.expiresAt > now }
    switch Self.match(cookies, row, at: now) {
    case .current where row.needsRotation(origin, at: now):
      return try await rotate(cookies, from: origin, valid, at: now)
    case .current, .previous:
      return BrowserDevice(cookies, isRenewed: false, signIns: valid)
    case nil:
      // One of two holds a copy of the other's cookies, and it is unknown which one.
      try await store.write { transaction in try transaction.oauth.removeDevice(id) }
      return BrowserDevice(.make(), isRenewed: true)
    }
  }

  private func rotate(
    _ cookies: DeviceCookies,
    from origin: DeviceOrigin,
    _ signIns: [OAuthSignIn],
    at now: Int
  ) async throws -> BrowserDevice {
    let next = cookies.rotated()
    let isRotated = try await store.write { transaction in
      // Another request may have been faster; then this one has the previous cookie.
      guard var row = try transaction.oauth.device(cookies.deviceID),
        Self.match(cookies, row, at: now) == .current
      else { return false }
      row.rotate(to: next, from: origin, at: now)
      try transaction.oauth.set(row)
      return true
    }
    return BrowserDevice(isRotated ? next : cookies, isRenewed: isRotated, signIns: signIns)
  }

  private static func match(_ cookies: DeviceCookies, _ row: OAuthDevice, at now: Int) -> Match? {
    let hash = cookies.sessionHash
    if ConstantTime.areEqual(hash, row.sessionHash) { return .current }
    guard let previous = row.previousHash, now <= row.rotatedAt + gracePeriod,
      ConstantTime.areEqual(hash, previous)
    else { return nil }
    return .previous
  }

  /// Signs an account in on a browser, within a transaction, and replaces the session cookie.
  ///
  /// - Returns: the cookies to set.
  func add(
    _ signIn: OAuthSignIn,
    to device: BrowserDevice,
    from origin: DeviceOrigin,
    in transaction: any PDSTransaction
  ) throws -> DeviceCookies {
    let now = signIn.authenticatedAt
    let next = device.cookies.rotated()
    var row =
      try transaction.oauth.device(device.id)
      ?? OAuthDevice(
        id: device.id,
        sessionHash: device.cookies.sessionHash,
        rotatedAt: now,
        createdAt: now,
        seenAt: now,
        expiresAt: now
      )
    row.rotate(to: next, from: origin, at: now)
    try transaction.oauth.set(row)
    try transaction.oauth.add(signIn)
    return next
  }

  /// The browsers on which an account is signed in, the most recent first.
  func devices(of did: DID, at now: Int = currentSeconds()) async throws -> [OAuthDevice] {
    try await store.read { transaction in
      try transaction.oauth.devices(of: did).filter { $0.expiresAt > now }
    }
  }

  /// Signs an account out on a browser. Does nothing if it is not signed in there.
  func signOut(_ did: DID, on id: String) async throws {
    try await store.write { transaction in
      try transaction.oauth.removeSignIn(of: did, on: id)
      if try transaction.oauth.signIns(on: id).isEmpty { try transaction.oauth.removeDevice(id) }
    }
  }
}

extension OAuthDevice {
  fileprivate func needsRotation(_ origin: DeviceOrigin, at now: Int) -> Bool {
    now >= rotatedAt + BrowserDevices.rotationInterval || userAgent != origin.userAgent
      || address != origin.address
  }

  fileprivate mutating func rotate(
    to cookies: DeviceCookies,
    from origin: DeviceOrigin,
    at now: Int
  ) {
    previousHash = sessionHash
    sessionHash = cookies.sessionHash
    rotatedAt = now
    seenAt = now
    expiresAt = now + BrowserDevices.lifetime
    userAgent = origin.userAgent
    address = origin.address
  }
}
