public import ATProtoSyntax

/// The reason why key material, an encoded key, or a stored password hash is rejected.
///
/// Two errors are equal if their codes are. Reasons never contain secret material.
public struct CryptoError: CodedError {
  /// The kinds of errors.
  public struct Code: RawRepresentable, Hashable, Sendable {
    /// The name of the code, such as `notOnCurve`.
    public var rawValue: String

    /// Creates a code with a name.
    public init(rawValue: String) {
      self.rawValue = rawValue
    }

    /// The number of bytes is not valid for this form.
    public static let wrongLength = Code(rawValue: "wrongLength")
    /// A private scalar that is zero or not below the order of the curve.
    public static let scalarOutOfRange = Code(rawValue: "scalarOutOfRange")
    /// Bytes that are not a point of the curve in compressed or uncompressed form.
    public static let notOnCurve = Code(rawValue: "notOnCurve")
    /// A string with characters outside its alphabet, or that does not follow its encoding.
    public static let malformedText = Code(rawValue: "malformedText")
    /// A multicodec prefix that does not name a curve of the protocol.
    public static let unsupportedKeyType = Code(rawValue: "unsupportedKeyType")
    /// Parameters of a password hash that are not supported, or that cost too much.
    public static let unacceptableParameters = Code(rawValue: "unacceptableParameters")
  }

  /// The kind of error.
  public var code: Code
  /// The error in words.
  public var reason: String

  /// Creates an error.
  public init(_ code: Code, _ reason: String) {
    self.code = code
    self.reason = reason
  }
}
