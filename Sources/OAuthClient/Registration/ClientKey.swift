public import ATProtoAuth
public import ATProtoCrypto

/// A key with which a confidential client authenticates itself (OAuth specification, "Confidential
/// Client Authentication").
///
/// To rotate keys, add a new one at the front, publish both, and remove the old one when no session uses
/// it any more.
public struct ClientKey: Sendable {
  /// The name of the key in the published key set, `kid`.
  public let id: String
  /// The key, on P-256. It stays with the app's server.
  public let privateKey: PrivateKey

  /// Creates a key.
  ///
  /// - Precondition: the key is on P-256, since `ES256` is the algorithm that all servers support.
  public init(id: String, privateKey: PrivateKey) {
    precondition(privateKey.curve == .p256, "a client key must be on P-256")
    self.id = id
    self.privateKey = privateKey
  }

  /// The public key, as it is published.
  public var jwk: JWK { JWK(privateKey.publicKey, keyID: id) }
}
