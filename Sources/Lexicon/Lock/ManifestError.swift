public import ATProtoSyntax

/// The reason why a file is not a valid manifest of lexicons, and where.
public struct ManifestError: CodedError {
  /// The kinds of errors.
  public enum Code: String, Hashable, Sendable {
    /// The file violates the format.
    case invalid = "ManifestInvalid"
  }

  /// Always ``Code/invalid``.
  public let code: Code = .invalid
  /// What is wrong, without its place.
  public let problem: String
  /// The line, counted from 1.
  public let line: Int
  /// The column in Unicode scalars, counted from 1.
  public let column: Int
  /// The offset in bytes.
  public let offset: Int

  /// What is wrong, after the line and column.
  public var reason: String { "line \(line), column \(column): \(problem)" }

  init(_ problem: String, at location: SourceLocation) {
    self.problem = problem
    line = location.line
    column = location.column
    offset = location.offset
  }
}
