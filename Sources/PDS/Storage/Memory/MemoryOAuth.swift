import ATProtoSyntax
import ServiceKit

struct MemoryOAuthTable: Sendable {
  struct UsedToken: Sendable {
    var session: String
    var expiresAt: Int
    /// The order in which tokens were used.
    var number: Int
  }

  struct SignInKey: Hashable, Sendable {
    var device: String
    var did: DID
  }

  struct ConsentKey: Hashable, Sendable {
    var did: DID
    var clientID: String
  }

  var requests: [String: OAuthRequest] = [:]
  var sessions: [String: OAuthSession] = [:]
  /// IDs of sessions by the hashes of their present access tokens.
  var accessTokens: [[UInt8]: String] = [:]
  var usedTokens: [[UInt8]: UsedToken] = [:]
  var usedTokenCount = 0
  var devices: [String: OAuthDevice] = [:]
  var signIns: [SignInKey: OAuthSignIn] = [:]
  var consents: [ConsentKey: OAuthConsent] = [:]
  var usedValues: [[UInt8]: Int] = [:]
  var permissionSets: [NSID: StoredPermissionSet] = [:]

  mutating func endSession(_ id: String) {
    guard let session = sessions.removeValue(forKey: id) else { return }
    accessTokens[session.accessHash] = nil
    usedTokens = usedTokens.filter { $0.value.session != id }
  }

  mutating func removeDevice(_ id: String) {
    devices[id] = nil
    signIns = signIns.filter { $0.key.device != id }
  }

  /// Removes what belongs to an account.
  mutating func removeAll(of did: DID) {
    requests = requests.filter { $0.value.did != did }
    for session in sessions.values where session.did == did { endSession(session.id) }
    signIns = signIns.filter { $0.key.did != did }
    consents = consents.filter { $0.key.did != did }
  }
}

struct MemoryOAuth: OAuthStore {
  let transaction: MemoryPDSTransaction

  private var table: MemoryOAuthTable { transaction.state.oauth }

  private func change<Value>(_ body: (inout MemoryOAuthTable) throws -> Value) throws -> Value {
    try transaction.change { try body(&$0.oauth) }
  }

  private func change(of did: DID, _ body: (inout MemoryOAuthTable) throws -> Void) throws {
    try transaction.change(of: did) { try body(&$0.oauth) }
  }
}

// MARK: Requests

extension MemoryOAuth {
  func set(_ request: OAuthRequest) throws {
    if let did = request.did {
      try change(of: did) { $0.requests[request.id] = request }
    } else {
      try change { $0.requests[request.id] = request }
    }
  }

  func request(_ id: String) -> OAuthRequest? { table.requests[id] }

  func request(code hash: [UInt8]) -> OAuthRequest? {
    table.requests.values.first { $0.codeHash == hash }
  }

  func removeRequest(_ id: String) throws {
    try change { $0.requests[id] = nil }
  }

  func removeRequests(of did: DID) throws {
    try change { table in table.requests = table.requests.filter { $0.value.did != did } }
  }

  func pendingRequestCount(from network: String?) -> Int {
    table.requests.values.count { request in
      request.codeHash == nil && (network == nil || request.network == network)
    }
  }
}

// MARK: Sessions

extension MemoryOAuth {
  func set(_ session: OAuthSession) throws {
    try change(of: session.did) { table in
      if let old = table.sessions[session.id] { table.accessTokens[old.accessHash] = nil }
      table.sessions[session.id] = session
      table.accessTokens[session.accessHash] = session.id
    }
  }

  func session(_ id: String) -> OAuthSession? { table.sessions[id] }

  func session(access hash: [UInt8]) -> OAuthSession? {
    table.accessTokens[hash].flatMap(session)
  }

  func session(refresh hash: [UInt8]) -> OAuthSession? {
    table.sessions.values.first { $0.refresh?.hash == hash }
      ?? table.usedTokens[hash].flatMap { session($0.session) }
  }

  func sessions(of did: DID) -> [OAuthSession] {
    table.sessions.values.filter { $0.did == did }
      .sorted { ($1.createdAt, $0.id) < ($0.createdAt, $1.id) }
  }

  func addUsedRefreshToken(_ hash: [UInt8], session id: String, expiresAt: Int) throws {
    try change { table in
      guard table.sessions[id] != nil else {
        throw ServiceError(.storage, "cannot store a token: the session does not exist")
      }
      table.usedTokenCount += 1
      table.usedTokens[hash] = .init(
        session: id,
        expiresAt: expiresAt,
        number: table.usedTokenCount
      )
      let excess = table.usedTokens.filter { $0.value.session == id }
        .sorted { $0.value.number > $1.value.number }
        .dropFirst(OAuthBounds.usedRefreshTokensPerSession)
      for (hash, _) in excess { table.usedTokens[hash] = nil }
    }
  }

  func endSession(_ id: String) throws {
    try change { $0.endSession(id) }
  }

  func endSessions(of did: DID) throws {
    try endSessions(of: did, keeping: 0)
  }

  func endSessions(of did: DID, keeping count: Int) throws {
    let sessions = sessions(of: did).sorted { ($1.refreshedAt, $0.id) < ($0.refreshedAt, $1.id) }
    for session in sessions.dropFirst(count) { try endSession(session.id) }
  }
}

// MARK: Browsers

extension MemoryOAuth {
  func set(_ device: OAuthDevice) throws {
    try change { $0.devices[device.id] = device }
  }

  func device(_ id: String) -> OAuthDevice? { table.devices[id] }

  func removeDevice(_ id: String) throws {
    try change { $0.removeDevice(id) }
  }

  func removeUnusedDevices(keeping count: Int) throws {
    let used = Set(table.signIns.keys.map(\.device))
    let unused = table.devices.values.filter { !used.contains($0.id) }
      .sorted { ($1.seenAt, $0.id) < ($0.seenAt, $1.id) }
    for device in unused.dropFirst(count) { try removeDevice(device.id) }
  }

  func devices(of did: DID) -> [OAuthDevice] {
    table.signIns.keys.filter { $0.did == did }.compactMap { table.devices[$0.device] }
      .sorted { ($1.seenAt, $0.id) < ($0.seenAt, $1.id) }
  }

  func set(_ signIn: OAuthSignIn) throws {
    try change(of: signIn.did) { table in
      guard table.devices[signIn.device] != nil else {
        throw ServiceError(.storage, "cannot store a sign-in: the device does not exist")
      }
      table.signIns[.init(device: signIn.device, did: signIn.did)] = signIn
    }
  }

  func signIns(on device: String) -> [OAuthSignIn] {
    newestFirst(table.signIns.values.filter { $0.device == device })
  }

  func removeSignIn(of did: DID, on device: String) throws {
    try change { $0.signIns[.init(device: device, did: did)] = nil }
  }

  func removeSignIns(of did: DID) throws {
    try removeSignIns(of: did, keeping: 0)
  }

  func removeSignIns(of did: DID, keeping count: Int) throws {
    let signIns = newestFirst(table.signIns.values.filter { $0.did == did })
    for signIn in signIns.dropFirst(count) { try removeSignIn(of: did, on: signIn.device) }
  }

  private func newestFirst(_ signIns: [OAuthSignIn]) -> [OAuthSignIn] {
    signIns.sorted {
      ($1.authenticatedAt, $0.device, $0.did.string)
        < ($0.authenticatedAt, $1.device, $1.did.string)
    }
  }
}

// MARK: Consents, values, permission sets

extension MemoryOAuth {
  func set(_ consent: OAuthConsent) throws {
    try change(of: consent.did) {
      $0.consents[.init(did: consent.did, clientID: consent.clientID)] = consent
    }
  }

  func consent(of did: DID, to client: String) -> OAuthConsent? {
    table.consents[.init(did: did, clientID: client)]
  }

  func removeConsents(of did: DID) throws {
    try removeConsents(of: did, keeping: 0)
  }

  func removeConsents(of did: DID, keeping count: Int) throws {
    let consents = table.consents.values.filter { $0.did == did }
      .sorted { ($1.grantedAt, $0.clientID) < ($0.grantedAt, $1.clientID) }
    try change { table in
      for consent in consents.dropFirst(count) {
        table.consents[.init(did: did, clientID: consent.clientID)] = nil
      }
    }
  }

  func useOnce(_ hash: [UInt8], until expiresAt: Int, at seconds: Int) throws -> Bool {
    try change { table in
      if let expiry = table.usedValues[hash], expiry > seconds { return false }
      table.usedValues[hash] = expiresAt
      return true
    }
  }

  func permissionSet(_ nsid: NSID) -> StoredPermissionSet? { table.permissionSets[nsid] }

  func set(_ set: StoredPermissionSet) throws {
    try change { $0.permissionSets[set.nsid] = set }
  }

  func permissionSetCount() -> Int { table.permissionSets.count }
}

// MARK: Expiry

extension MemoryOAuth {
  func removeExpired(at seconds: Int, limit: Int) throws -> Bool {
    try change { table in
      func expired<Key, Row>(_ rows: [Key: Row], _ expiry: (Row) -> Int) -> [Key] {
        rows.filter { expiry($0.value) <= seconds }.keys.prefix(limit).map(\.self)
      }
      let requests = expired(table.requests, \.expiresAt)
      for id in requests { table.requests[id] = nil }
      let sessions = expired(table.sessions, \.expiresAt)
      for id in sessions { table.endSession(id) }
      let tokens = expired(table.usedTokens, \.expiresAt)
      for hash in tokens { table.usedTokens[hash] = nil }
      let devices = expired(table.devices, \.expiresAt)
      for id in devices { table.removeDevice(id) }
      let signIns = expired(table.signIns, \.expiresAt)
      for key in signIns { table.signIns[key] = nil }
      let values = expired(table.usedValues) { $0 }
      for hash in values { table.usedValues[hash] = nil }
      let sets = expired(table.permissionSets, \.expiresAt)
      for nsid in sets { table.permissionSets[nsid] = nil }
      return [
        requests.count, sessions.count, tokens.count, devices.count, signIns.count, values.count,
        sets.count,
      ].contains(limit)
    }
  }
}
