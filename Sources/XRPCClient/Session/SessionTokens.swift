public import ATProtoSyntax

/// What a login gave: whose session it is, and the two tokens, which are opaque to clients.
public struct SessionTokens: Hashable, Sendable {
  public var did: FormatString<DID>
  public var handle: FormatString<Handle>
  /// For calls; lives for minutes.
  public var access: String
  /// For renewal, once; lives for weeks.
  public var refresh: String

  public init(
    did: FormatString<DID>,
    handle: FormatString<Handle>,
    access: String,
    refresh: String
  ) {
    self.did = did
    self.handle = handle
    self.access = access
    self.refresh = refresh
  }
}
