public import ATProtoSyntax

/// Why a JSON Web Token was refused. Two errors are equal when their codes are.
public struct JWTError: CodedError {
  public struct Code: RawRepresentable, Hashable, Sendable {
    public var rawValue: String

    public init(rawValue: String) {
      self.rawValue = rawValue
    }

    /// Not three parts of base64url whose first two are JSON objects with the claims' types.
    public static let malformed = Code(rawValue: "malformed")
    /// `alg` is none that the receiver allows, or belongs to another kind of key.
    public static let algorithmNotAllowed = Code(rawValue: "algorithmNotAllowed")
    /// `typ` is another kind of token.
    public static let wrongType = Code(rawValue: "wrongType")
    public static let badSignature = Code(rawValue: "badSignature")
    public static let expired = Code(rawValue: "expired")
    /// `nbf` or `iat` lies in the future.
    public static let notYetValid = Code(rawValue: "notYetValid")
    /// A claim that the receiver needs is absent.
    public static let missingClaim = Code(rawValue: "missingClaim")
    public static let wrongIssuer = Code(rawValue: "wrongIssuer")
    public static let wrongAudience = Code(rawValue: "wrongAudience")
    /// `lxm` authorizes another method.
    public static let wrongMethod = Code(rawValue: "wrongMethod")
    /// The `jti` was seen before.
    public static let replayed = Code(rawValue: "replayed")
  }

  public var code: Code
  public var reason: String

  public init(_ code: Code, _ reason: String) {
    self.code = code
    self.reason = reason
  }
}
