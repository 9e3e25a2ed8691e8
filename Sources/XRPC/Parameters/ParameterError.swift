public import ATProtoSyntax

/// Why a query string is not valid. Errors with the same code and parameter are equal.
public struct ParameterError: CodedError {
  /// The kinds of failure.
  public enum Code: Hashable, Sendable {
    /// A required parameter is absent.
    case missing
    /// A parameter that is not an array appears more than once.
    case duplicate
    /// The text is not a valid value of the parameter's type.
    case malformed
    /// The percent-encoding is broken, or the decoded bytes are not UTF-8.
    case encoding
    /// The query has more than 1,000 `name=value` pairs.
    case tooMany
  }

  /// The kind of failure.
  public var code: Code
  /// The parameter's name; empty if the error concerns the whole query.
  public var parameter: String
  /// A description for people.
  public var reason: String

  /// Creates an error.
  public init(code: Code, parameter: String, reason: String) {
    self.code = code
    self.parameter = parameter
    self.reason = reason
  }
}

extension ParameterError {
  /// Compares code and parameter.
  public static func == (lhs: ParameterError, rhs: ParameterError) -> Bool {
    lhs.code == rhs.code && lhs.parameter == rhs.parameter
  }

  /// Hashes code and parameter.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(code)
    hasher.combine(parameter)
  }

  /// The reason, preceded by the parameter's name.
  public var description: String {
    parameter.isEmpty ? reason : "parameter \(parameter): \(reason)"
  }
}
