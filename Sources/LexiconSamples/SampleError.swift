public import ATProtoSyntax

/// The reason why no sample can be generated.
public struct SampleError: CodedError {
  /// The kind of error.
  public enum Code: Hashable, Sendable {
    /// The catalog does not have the definition, or the method does not have the part.
    case unknownSubject
    /// The subject is a token, a method, a permission set, or a body that is not data.
    case withoutData
    /// No value within the limits satisfies the schema.
    case unsatisfiable
  }

  /// The kind of error.
  public var code: Code
  /// A description for people, without a period.
  public var reason: String

  /// Creates an error.
  public init(code: Code, reason: String) {
    self.code = code
    self.reason = reason
  }
}
