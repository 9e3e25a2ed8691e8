package import ATProtoSyntax

/// App passwords by account and name. A second one of the same name throws.
package protocol AppPasswordStore {
  func insert(_ password: AppPassword, of did: DID) throws
  /// Newest first, then by name.
  func all(of did: DID) throws -> [AppPassword]
  func remove(_ name: String, of did: DID) throws
}
