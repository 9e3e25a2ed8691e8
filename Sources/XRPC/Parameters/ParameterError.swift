public import ATProtoSyntax

/// Why a query string could not be read. Equal by code and parameter.
public struct ParameterError: CodedError {
  public enum Code: Hashable, Sendable {
    /// A required parameter is absent.
    case missing
    /// A parameter that is not an array was given more than once.
    case duplicate
    /// The text is not a value of the parameter's type.
    case malformed
    /// Broken percent-encoding, or bytes that are not UTF-8.
    case encoding
    /// More `name=value` pairs than any method can need.
    case tooMany
  }

  public var code: Code
  /// The parameter's name; empty where the query as a whole is at fault.
  public var parameter: String
  public var reason: String

  public init(code: Code, parameter: String, reason: String) {
    self.code = code
    self.parameter = parameter
    self.reason = reason
  }
}

extension ParameterError {
  public static func == (lhs: ParameterError, rhs: ParameterError) -> Bool {
    lhs.code == rhs.code && lhs.parameter == rhs.parameter
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(code)
    hasher.combine(parameter)
  }

  public var description: String {
    parameter.isEmpty ? reason : "parameter \(parameter): \(reason)"
  }
}
