package import ATProtoSyntax

/// The private preferences of accounts, in the order in which they were set.
package protocol PreferenceStore {
  func preferences(of did: DID) throws -> [StoredPreference]
  /// Replaces all preferences of the account.
  func setPreferences(_ preferences: [StoredPreference], of did: DID) throws
}

package struct StoredPreference: Hashable, Sendable {
  /// The `$type`.
  package var type: String
  /// In DAG-CBOR, including `$type`.
  package var block: [UInt8]

  package init(type: String, block: [UInt8]) {
    self.type = type
    self.block = block
  }
}
