import ATProtoSyntax

/// App passwords, by account and name.
protocol AppPasswordStore {
  func insert(_ password: AppPassword, of did: DID) throws
  /// The newest first.
  func all(of did: DID) throws -> [AppPassword]
  func remove(_ name: String, of did: DID) throws
}
