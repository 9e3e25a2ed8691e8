public import ATProtoSyntax

/// Why there is no sample. Equal by code.
public struct SampleError: CodedError {
  public enum Code: Hashable, Sendable {
    /// The catalog has no such definition, or the method no such part.
    case unknownSubject
    /// A token, a method, a permission set, or a body that is not data.
    case withoutData
    /// No value within the limits satisfies the schema.
    case unsatisfiable
  }

  public var code: Code
  public var reason: String

  public init(code: Code, reason: String) {
    self.code = code
    self.reason = reason
  }
}
