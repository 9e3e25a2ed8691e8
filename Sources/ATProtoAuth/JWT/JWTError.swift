public import ATProtoSyntax

/// The reason why a JSON Web Token is rejected.
///
/// Two errors are equal if their codes are.
public struct JWTError: CodedError {
  /// The kinds of errors.
  public struct Code: RawRepresentable, Hashable, Sendable {
    /// The name of the code, such as `badSignature`.
    public var rawValue: String

    /// Creates a code with a name.
    public init(rawValue: String) {
      self.rawValue = rawValue
    }

    /// Not three parts of base64url, the first two of which are JSON objects whose members have the
    /// types that RFC 7515 and RFC 7519 require.
    public static let malformed = Code(rawValue: "malformed")
    /// `alg` is not allowed by the receiver, or belongs to another kind of key.
    public static let algorithmNotAllowed = Code(rawValue: "algorithmNotAllowed")
    /// `typ` is another kind of token.
    public static let wrongType = Code(rawValue: "wrongType")
    /// The signature was not made with the key.
    public static let badSignature = Code(rawValue: "badSignature")
    /// `exp` is in the past, or further in the future than the receiver allows.
    public static let expired = Code(rawValue: "expired")
    /// `nbf` or `iat` is in the future.
    public static let notYetValid = Code(rawValue: "notYetValid")
    /// A claim that the receiver requires is absent.
    public static let missingClaim = Code(rawValue: "missingClaim")
    /// `iss` is not the required issuer, or not an issuer whose key can be found.
    public static let wrongIssuer = Code(rawValue: "wrongIssuer")
    /// `aud` is another service.
    public static let wrongAudience = Code(rawValue: "wrongAudience")
    /// `lxm` authorizes another method.
    public static let wrongMethod = Code(rawValue: "wrongMethod")
    /// `jti` has been seen before.
    public static let replayed = Code(rawValue: "replayed")
  }

  /// The kind of error.
  public var code: Code
  /// A description of the error; it may quote the token's header and claims, but never a key.
  public var reason: String

  /// Creates an error.
  public init(_ code: Code, _ reason: String) {
    self.code = code
    self.reason = reason
  }
}
