package import ATProtoSyntax

/// App passwords by account and name. Inserting a second one with the same name throws.
package protocol AppPasswordStore {
  func insert(_ password: AppPassword, of did: DID) throws
  /// All app passwords of an account, newest first; ties are ordered by name.
  func all(of did: DID) throws -> [AppPassword]
  func remove(_ name: String, of did: DID) throws
}
