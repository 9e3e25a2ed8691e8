public import ATProtoCrypto
import ATProtoData
public import ATProtoSyntax
public import XRPCClient

/// The tokens of a session, which its renewal replaces. They are opaque to clients.
public struct OAuthTokens: Hashable, Sendable {
  /// The token for calls.
  public var access: String
  /// The token for one renewal; nil if the app does not use refresh tokens.
  public var refresh: String?
  /// The time at which the access token expires, in seconds since 1970; nil if the server did not state it.
  public var expiresAt: Int?
  /// What the account's owner granted: values separated by spaces, `atproto` among them.
  public var scope: String

  /// Creates tokens.
  public init(access: String, refresh: String?, expiresAt: Int?, scope: String) {
    self.access = access
    self.refresh = refresh
    self.expiresAt = expiresAt
    self.scope = scope
  }
}

/// A session of an account that logged in with OAuth, as it is stored: with its secrets.
public struct StoredOAuthSession: Sendable {
  /// The account.
  public let did: DID
  /// The account's handle when it logged in, for people; `handle.invalid` if it is not confirmed.
  public let handle: Handle
  /// The account's PDS, which is called.
  public let service: ServiceEndpoint
  /// The origin of the authorization server, which issues the tokens.
  public let issuer: String
  /// The `client_id` with which the account logged in.
  public let clientID: String
  /// `kid` of the key that authenticated the app: it "must use the same client authentication key" for
  /// the whole session. Nil for a public client.
  public let keyID: String?
  /// The key to which the tokens are bound.
  public let dpopKey: PrivateKey
  /// The current tokens.
  public var tokens: OAuthTokens

  /// What the account's owner granted.
  public var scopes: [String] { tokens.scope.split(separator: " ").map(String.init) }
}

extension StoredOAuthSession: Hashable {
  /// Whether both are the same generation of a session.
  public static func == (lhs: StoredOAuthSession, rhs: StoredOAuthSession) -> Bool {
    lhs.did == rhs.did && lhs.service == rhs.service && lhs.issuer == rhs.issuer
      && lhs.clientID == rhs.clientID && lhs.keyID == rhs.keyID && lhs.tokens == rhs.tokens
      && lhs.dpopKey.publicKey == rhs.dpopKey.publicKey
  }

  /// Hashes account and tokens.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(did)
    hasher.combine(tokens)
  }
}

extension StoredOAuthSession: CustomStringConvertible, CustomReflectable {
  /// The account and the issuer, without secrets.
  public var description: String { "session of \(did) at \(issuer)" }
  /// A mirror without secrets, so that `dump` does not print them.
  public var customMirror: Mirror { Mirror(self, children: ["did": did.string, "issuer": issuer]) }
}

extension StoredOAuthSession: RenewableSession {
  package var accountDID: String { did.string }
  package var accessToken: String { tokens.access }
  package var renewalToken: String { tokens.refresh ?? tokens.access }
}

extension StoredOAuthSession: StorableSession {
  /// Encodes the session, with its secrets.
  public func jsonBytes() -> [UInt8] {
    var object: DataObject = [
      "did": .string(did.string), "handle": .string(handle.string),
      "service": .string("\(service)"), "issuer": .string(issuer), "clientId": .string(clientID),
      "dpopKey": .string(dpopKey.multikey), "accessToken": .string(tokens.access),
      "scope": .string(tokens.scope),
    ]
    object["keyId"] = keyID.map(DataValue.string)
    object["refreshToken"] = tokens.refresh.map(DataValue.string)
    object["expiresAt"] = tokens.expiresAt.map(DataValue.integer)
    return DataValue.object(object).jsonBytes()
  }

  /// Decodes a session; nil if the bytes are not what ``jsonBytes()`` writes.
  public init?(json: [UInt8]) {
    guard let value = try? DataValue(json: json),
      let did = value["did"]?.string.flatMap({ try? DID($0) }),
      let handle = value["handle"]?.string.flatMap({ try? Handle($0) }),
      let service = value["service"]?.string.flatMap({ ServiceEndpoint($0) }),
      let issuer = value["issuer"]?.string, let clientID = value["clientId"]?.string,
      let dpopKey = value["dpopKey"]?.string.flatMap({ try? PrivateKey(multikey: $0) }),
      let access = value["accessToken"]?.string, let scope = value["scope"]?.string
    else { return nil }
    self.init(
      did: did,
      handle: handle,
      service: service,
      issuer: issuer,
      clientID: clientID,
      keyID: value["keyId"]?.string,
      dpopKey: dpopKey,
      tokens: OAuthTokens(
        access: access,
        refresh: value["refreshToken"]?.string,
        expiresAt: value["expiresAt"]?.integer,
        scope: scope
      )
    )
  }
}
