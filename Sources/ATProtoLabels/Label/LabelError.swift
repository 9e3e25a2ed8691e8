public import ATProtoSyntax

/// Why a label is not accepted.
public struct LabelError: CodedError {
  /// The kinds of errors.
  public enum Code: Hashable, Sendable {
    /// The version is missing or not 1.
    case version
    /// There is no signature.
    case unsigned
    /// The source is not a DID, or not the expected one.
    case source
    /// The subject is neither a DID nor an AT-URI with a DID.
    case subject
    /// The value is empty or too long.
    case value
    /// `cts` or `exp` is not a datetime.
    case time
    /// `cid` is not a CID.
    case cid
    /// The signature is not one of the source's label key.
    case signature
    /// The label key of the source cannot be found.
    case identity
  }

  /// The kind of error.
  public var code: Code
  /// A description for people.
  public var reason: String

  /// Creates an error.
  public init(_ code: Code, _ reason: String) {
    self.code = code
    self.reason = reason
  }
}
