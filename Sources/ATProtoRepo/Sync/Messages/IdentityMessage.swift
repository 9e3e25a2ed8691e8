/// An `#identity` message (Sync specification, "`#identity` Events").
public struct IdentityMessage: Hashable, Sendable {
  /// The account's DID.
  public var did: String
  /// The handle that the sender claims, if any.
  public var handle: String?

  /// Creates a message.
  public init(did: String, handle: String?) {
    self.did = did
    self.handle = handle
  }
}

/// An `#account` message (Sync specification, "`#account` Events").
public struct AccountMessage: Hashable, Sendable {
  /// The account's DID.
  public var did: String
  /// Whether the account is active at the sender.
  public var isActive: Bool
  /// The status in more detail, known or unknown.
  public var status: String?

  /// Creates a message.
  public init(did: String, isActive: Bool, status: String?) {
    self.did = did
    self.isActive = isActive
    self.status = status
  }
}
