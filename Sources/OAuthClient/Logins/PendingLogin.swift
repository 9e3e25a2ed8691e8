public import ATProtoCrypto
import ATProtoData
public import ATProtoSyntax
public import XRPCClient

/// A login between the request and the callback, as it is stored: with its secrets.
///
/// It is looked up by ``state``, which the callback brings back: "clients must not store session data
/// directly in the `state` request param" (OAuth specification, "Summary of Authorization Flow").
public struct PendingLogin: Sendable {
  /// An account that was resolved before the login started, to which the tokens must belong.
  public struct Account: Hashable, Sendable {
    /// The account.
    public let did: DID
    /// The account's handle, or `handle.invalid`.
    public let handle: Handle
    /// The account's PDS.
    public let service: ServiceEndpoint
  }

  /// The random value that identifies the login.
  public let state: String
  /// The origin of the authorization server.
  public let issuer: String
  /// The `client_id` of the app.
  public let clientID: String
  /// `kid` of the key that authenticates the app; nil for a public client.
  public let keyID: String?
  /// Where the authorization server sends the browser.
  public let redirectURI: String
  /// The secret of PKCE (RFC 7636, 4.1).
  public let codeVerifier: String
  /// The key to which the tokens will be bound.
  public let dpopKey: PrivateKey
  /// The account; nil for a login that started from a server.
  public let account: Account?
  /// A value of the app, which it gets back with the callback.
  public let appState: String?
  /// The time after which a callback is not accepted, in seconds since 1970.
  public let expiresAt: Int
}

extension PendingLogin: CustomStringConvertible, CustomReflectable {
  /// The issuer, without secrets.
  public var description: String { "login at \(issuer)" }
  /// A mirror without secrets, so that `dump` does not print them.
  public var customMirror: Mirror { Mirror(self, children: ["issuer": issuer]) }
}

extension PendingLogin: StorableSession {
  /// Encodes the login, with its secrets.
  public func jsonBytes() -> [UInt8] {
    DataValue.object(json).jsonBytes()
  }

  /// Decodes a login; nil if the bytes are not what ``jsonBytes()`` writes.
  public init?(json: [UInt8]) {
    guard let value = try? DataValue(json: json) else { return nil }
    self.init(value)
  }

  var json: DataObject {
    var object: DataObject = [
      "state": .string(state), "issuer": .string(issuer), "clientId": .string(clientID),
      "redirectUri": .string(redirectURI), "codeVerifier": .string(codeVerifier),
      "dpopKey": .string(dpopKey.multikey), "expiresAt": .integer(expiresAt),
    ]
    object["keyId"] = keyID.map(DataValue.string)
    object["appState"] = appState.map(DataValue.string)
    object["account"] = account.map { account in
      [
        "did": .string(account.did.string), "handle": .string(account.handle.string),
        "service": .string("\(account.service)"),
      ]
    }
    return object
  }

  init?(_ value: DataValue) {
    guard let state = value["state"]?.string, let issuer = value["issuer"]?.string,
      let clientID = value["clientId"]?.string, let redirectURI = value["redirectUri"]?.string,
      let codeVerifier = value["codeVerifier"]?.string,
      let dpopKey = value["dpopKey"]?.string.flatMap({ try? PrivateKey(multikey: $0) }),
      let expiresAt = value["expiresAt"]?.integer
    else { return nil }
    var account: Account?
    if let kept = value["account"] {
      guard let did = kept["did"]?.string.flatMap({ try? DID($0) }),
        let handle = kept["handle"]?.string.flatMap({ try? Handle($0) }),
        let service = kept["service"]?.string.flatMap({ ServiceEndpoint($0) })
      else { return nil }
      account = Account(did: did, handle: handle, service: service)
    }
    self.init(
      state: state,
      issuer: issuer,
      clientID: clientID,
      keyID: value["keyId"]?.string,
      redirectURI: redirectURI,
      codeVerifier: codeVerifier,
      dpopKey: dpopKey,
      account: account,
      appState: value["appState"]?.string,
      expiresAt: expiresAt
    )
  }
}
