public import ATProtoSyntax

/// On whose behalf another service calls.
public struct ServiceCaller: Hashable, Sendable {
  public let did: DID
  /// The key that signed, with its `#`.
  public let keyID: String
  /// The fragment of a legacy `iss`, with its `#`: the service of the issuer that calls.
  public let service: String?
  /// The one of the receiver's names that the token was made out for.
  public let audience: String
}
