import ATProtoSyntax

/// Refresh tokens that are still good. The tokens themselves are not kept, only their nonces.
protocol RefreshTokenStore {
  func insert(_ id: String, _ did: DID, expiresAt: Int) throws
  func entry(_ id: String) throws -> RefreshTokenEntry?
  /// Notes that `next` took the place of `id`, which goes on working until `expiresAt`.
  func replace(_ id: String, by next: String, expiresAt: Int) throws
  /// The token and its successors: the session ends, whichever of them was shown.
  func delete(_ id: String) throws
  func deleteExpired(of did: DID, at seconds: Int) throws
}

struct RefreshTokenEntry {
  var did: DID
  /// Seconds since 1970.
  var expiresAt: Int
  var nextID: String?
}
