public import ATProtoSyntax

/// Why key material, an encoded key or a stored password hash was refused.
///
/// Two errors are equal when their codes are; the reason is for people. No reason ever contains
/// secret material.
public struct CryptoError: CodedError {
  public struct Code: RawRepresentable, Hashable, Sendable {
    public var rawValue: String

    public init(rawValue: String) {
      self.rawValue = rawValue
    }

    /// Not the number of bytes this form has.
    public static let wrongLength = Code(rawValue: "wrongLength")
    /// A private scalar that is zero or not below the order of the curve.
    public static let scalarOutOfRange = Code(rawValue: "scalarOutOfRange")
    /// Bytes that are not a point of the curve in compressed or uncompressed form.
    public static let notOnCurve = Code(rawValue: "notOnCurve")
    /// Text outside the alphabet or the form of its encoding.
    public static let malformedText = Code(rawValue: "malformedText")
    /// A multicodec prefix that names none of the curves of the protocol.
    public static let unsupportedKeyType = Code(rawValue: "unsupportedKeyType")
    /// Parameters that no hash of ours has, or that cost more than is allowed.
    public static let unacceptableParameters = Code(rawValue: "unacceptableParameters")
  }

  public var code: Code
  public var reason: String

  public init(_ code: Code, _ reason: String) {
    self.code = code
    self.reason = reason
  }
}
