public import ATProtoCrypto
public import ATProtoData
public import ATProtoSyntax

/// What a consumer knows of an account before a message: the "small amount of state" that Sync 1.1
/// asks for, and the identity.
public struct KnownAccount: Sendable {
  /// Where a repository stood after the last message that was accepted.
  public struct Head: Hashable, Sendable {
    public var rev: TID
    /// The root of the tree, `data` of the commit.
    public var data: CID

    public init(rev: TID, data: CID) {
      self.rev = rev
      self.data = data
    }
  }

  public var did: DID
  public var signingKey: PublicKey
  /// Nil where nothing is known: the message is checked by itself, and begins the chain.
  public var head: Head?

  public init(did: DID, signingKey: PublicKey, head: Head? = nil) {
    self.did = did
    self.signingKey = signingKey
    self.head = head
  }
}
