public import ATProtoSyntax

/// The reason a service cannot start or cannot use its data. Two errors are equal if their codes
/// are equal. A reason never contains secret material.
public struct ServiceError: CodedError {
  /// The kind of failure.
  public struct Code: RawRepresentable, Hashable, Sendable {
    /// A word for logs: `configuration`.
    public var rawValue: String

    /// Creates a code of a service for a failure that the codes below do not cover.
    public init(rawValue: String) {
      self.rawValue = rawValue
    }

    /// A setting is missing, malformed, or in conflict with another.
    public static let configuration = Code(rawValue: "configuration")
    /// A data directory, a file or the database cannot be created, opened or locked.
    public static let storage = Code(rawValue: "storage")
    /// The service cannot listen on its address.
    public static let address = Code(rawValue: "address")
    /// Stored data is not in a form that this program writes.
    public static let corruption = Code(rawValue: "corruption")
  }

  /// The kind of failure, which decides whether errors are equal.
  public var code: Code
  /// One line for the operator.
  public var reason: String

  /// - Parameter reason: one line for the operator, without secret material.
  public init(_ code: Code, _ reason: String) {
    self.code = code
    self.reason = reason
  }
}
