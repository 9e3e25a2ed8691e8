import ATProtoData

/// The claims of a token that the protocol uses (RFC 7519, 4.1; XRPC specification,
/// "Inter-Service Authentication"). Times are seconds since 1970.
///
/// Each claim is nil if the token does not have it. Other claims of a token are ignored.
public struct JWTClaims: Hashable, Sendable {
  /// `iss`: in a service token, the account's DID.
  public var issuer: String?
  /// `sub`: in a session token, the account's DID.
  public var subject: String?
  /// `aud`: the DID of the service; in service tokens, with its fragment. RFC 7519, 4.1.3 also
  /// allows an array, which is rejected because the protocol does not use one.
  public var audience: String?
  /// `exp`: the time at which the token expires.
  public var expiresAt: Int?
  /// `nbf`: the time before which the token is not valid.
  public var notBefore: Int?
  /// `iat`: the time at which the token was issued.
  public var issuedAt: Int?
  /// `jti`: a nonce.
  public var identifier: String?
  /// `lxm`: the NSID of the only method that the token authorizes.
  public var method: String?
  /// `scope`: the permissions of a session token.
  public var scope: String?
  /// `sid`: the session to which a token belongs (OpenID Connect Front-Channel Logout, 3).
  public var session: String?

  /// Creates claims.
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

  init(_ members: JWTMembers) throws(JWTError) {
    issuer = try members.string("iss")
    subject = try members.string("sub")
    audience = try members.string("aud")
    expiresAt = try members.numericDate("exp")
    notBefore = try members.numericDate("nbf")
    issuedAt = try members.numericDate("iat")
    identifier = try members.string("jti")
    method = try members.string("lxm")
    scope = try members.string("scope")
    session = try members.string("sid")
  }

  /// The claims that are not nil, as members of a JSON object.
  var members: DataObject {
    var members = DataObject()
    members["iss"] = issuer.map(DataValue.string)
    members["sub"] = subject.map(DataValue.string)
    members["aud"] = audience.map(DataValue.string)
    members["exp"] = expiresAt.map(DataValue.integer)
    members["nbf"] = notBefore.map(DataValue.integer)
    members["iat"] = issuedAt.map(DataValue.integer)
    members["jti"] = identifier.map(DataValue.string)
    members["lxm"] = method.map(DataValue.string)
    members["scope"] = scope.map(DataValue.string)
    members["sid"] = session.map(DataValue.string)
    return members
  }
}
