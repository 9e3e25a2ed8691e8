import ATProtoData
public import ATProtoSyntax

/// The account and the two tokens of a session. The tokens are opaque to clients.
public struct SessionTokens: Hashable, Sendable {
  /// The account's DID.
  public var did: FormatString<DID>
  /// The account's handle when the session started or was last renewed.
  public var handle: FormatString<Handle>
  /// The token for calls, which expires after minutes.
  public var access: String
  /// The token for one renewal, which expires after weeks.
  public var refresh: String

  /// Creates tokens.
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

/// A session as it is stored for later processes.
public struct StoredSession: Hashable, Sendable {
  /// The account's server.
  public var service: ServiceEndpoint
  /// The account and its tokens.
  public var tokens: SessionTokens

  /// Creates a session.
  public init(service: ServiceEndpoint, tokens: SessionTokens) {
    self.service = service
    self.tokens = tokens
  }
}

extension SessionTokens: RenewableSession {
  package var accountDID: String { did.string }
  package var accessToken: String { access }
  package var renewalToken: String { refresh }
}

extension StoredSession: StorableSession {
  /// Encodes the fields of a server's response, and `service`.
  public func jsonBytes() -> [UInt8] {
    var object = DataObject()
    object["service"] = .string("\(service)")
    object["did"] = .string(tokens.did.string)
    object["handle"] = .string(tokens.handle.string)
    object["accessJwt"] = .string(tokens.access)
    object["refreshJwt"] = .string(tokens.refresh)
    return DataValue.object(object).jsonBytes()
  }

  /// Decodes a session; nil if the bytes are not what ``jsonBytes()`` writes.
  public init?(json: [UInt8]) {
    guard let output = try? ComAtproto.Server.RefreshSession.Output(json: json),
      let service = output.unknownFields["service"]?.string.flatMap({ ServiceEndpoint($0) })
    else { return nil }
    self.init(service: service, tokens: output.tokens)
  }
}
