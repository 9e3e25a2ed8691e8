public import ATProtoSyntax

/// Why a query is refused. The codes are the error names of `dev.lexgen.index.queryRecords`.
public struct IndexQueryError: CodedError {
  /// The kinds of errors.
  public enum Code: String, Hashable, Sendable {
    case unknownCollection = "UnknownCollection"
    case unknownField = "UnknownField"
    case invalidFilter = "InvalidFilter"
    case invalidSort = "InvalidSort"
    case invalidCursor = "InvalidCursor"
    /// A search without words, or with too many.
    case invalidRequest = "InvalidRequest"
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
