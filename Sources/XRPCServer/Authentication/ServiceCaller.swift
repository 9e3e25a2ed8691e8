public import ATProtoSyntax

/// The account on whose behalf another service calls.
public struct ServiceCaller: Hashable, Sendable {
  public let did: DID
  /// The ID of the key that signed the token, with its `#`.
  public let keyID: String
  /// The fragment of a legacy `iss`, with its `#`: the issuer's service that makes the call.
  public let service: String?
  /// The token's audience: one of the receiver's names.
  public let audience: String
}
