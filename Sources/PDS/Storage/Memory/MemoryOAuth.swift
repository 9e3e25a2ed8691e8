import ATProtoSyntax

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

  var table: MemoryOAuthTable { transaction.state.oauth }

  func change<Value>(_ body: (inout MemoryOAuthTable) throws -> Value) throws -> Value {
    try transaction.change { try body(&$0.oauth) }
  }

  func change(of did: DID, _ body: (inout MemoryOAuthTable) throws -> Void) throws {
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

  func consents(of did: DID) -> [OAuthConsent] {
    table.consents.values.filter { $0.did == did }
      .sorted { ($1.grantedAt, $0.clientID) < ($0.grantedAt, $1.clientID) }
  }

  func removeConsent(of did: DID, to client: String) throws {
    try change { $0.consents[.init(did: did, clientID: client)] = nil }
  }

  func removeConsents(of did: DID) throws {
    try removeConsents(of: did, keeping: 0)
  }

  func removeConsents(of did: DID, keeping count: Int) throws {
    let consents = consents(of: did)
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
      let sessions = expired(table.sessions, \.endsAt)
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
