/// The claims of a token that the protocol uses (RFC 7519, 4.1; XRPC specification,
/// "Inter-Service Authentication"). Times are seconds since 1970.
public struct JWTClaims: Hashable, Sendable {
  /// `iss`, the account's DID in a service token.
  public var issuer: String?
  /// `sub`, the account's DID in a session token.
  public var subject: String?
  /// `aud`, the DID of the service, in service tokens with its fragment.
  public var audience: String?
  /// `exp`
  public var expiresAt: Int?
  /// `nbf`
  public var notBefore: Int?
  /// `iat`
  public var issuedAt: Int?
  /// `jti`, a nonce.
  public var identifier: String?
  /// `lxm`, the NSID of the one method that the token authorizes.
  public var method: String?
  /// `scope`, what a session token allows.
  public var scope: String?
  /// `sid`, the session that a token belongs to (OpenID Connect Front-Channel Logout, 3).
  public var session: String?

  public init(
    issuer: String? = nil,
    subject: String? = nil,
    audience: String? = nil,
    expiresAt: Int? = nil,
    notBefore: Int? = nil,
    issuedAt: Int? = nil,
    identifier: String? = nil,
    method: String? = nil,
    scope: String? = nil,
    session: String? = nil
  ) {
    self.issuer = issuer
    self.subject = subject
    self.audience = audience
    self.expiresAt = expiresAt
    self.notBefore = notBefore
    self.issuedAt = issuedAt
    self.identifier = identifier
    self.method = method
    self.scope = scope
    self.session = session
  }

  init(_ members: [String: FlatJSON.Value]) throws(JWTError) {
    issuer = try members.string("iss")
    subject = try members.string("sub")
    audience = try members.string("aud")
    expiresAt = try members.integer("exp")
    notBefore = try members.integer("nbf")
    issuedAt = try members.integer("iat")
    identifier = try members.string("jti")
    method = try members.string("lxm")
    scope = try members.string("scope")
    session = try members.string("sid")
  }

  var json: String {
    FlatJSON.write([
      ("iss", issuer.map(FlatJSON.Value.string)), ("sub", subject.map(FlatJSON.Value.string)),
      ("aud", audience.map(FlatJSON.Value.string)), ("scope", scope.map(FlatJSON.Value.string)),
      ("exp", expiresAt.map(FlatJSON.Value.integer)),
      ("nbf", notBefore.map(FlatJSON.Value.integer)),
      ("iat", issuedAt.map(FlatJSON.Value.integer)),
      ("jti", identifier.map(FlatJSON.Value.string)),
      ("lxm", method.map(FlatJSON.Value.string)),
      ("sid", session.map(FlatJSON.Value.string)),
    ])
  }
}

extension [String: FlatJSON.Value] {
  func string(_ name: String) throws(JWTError) -> String? {
    switch self[name] {
    case nil: return nil
    case .string(let text): return text
    default: throw JWTError(.malformed, "\"\(name)\" is not a string")
    }
  }

  func integer(_ name: String) throws(JWTError) -> Int? {
    switch self[name] {
    case nil: return nil
    case .integer(let number): return number
    default: throw JWTError(.malformed, "\"\(name)\" is not a whole number of seconds")
    }
  }
}
