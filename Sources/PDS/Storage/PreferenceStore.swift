import ATProtoSyntax

/// The private settings of accounts, each with its order.
protocol PreferenceStore {
  func preferences(of did: DID) throws -> [StoredPreference]
  /// Takes the place of all that were there.
  func setPreferences(_ preferences: [StoredPreference], of did: DID) throws
}

struct StoredPreference: Hashable, Sendable {
  /// The `$type`.
  var type: String
  /// In DAG-CBOR, `$type` included.
  var block: [UInt8]
}
