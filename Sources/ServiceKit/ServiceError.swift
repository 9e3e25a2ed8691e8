public import ATProtoSyntax

/// The reason a service cannot start or cannot use its data. Two errors are equal if their codes
/// are equal. A reason never contains secret material.
public struct ServiceError: CodedError {
  public struct Code: RawRepresentable, Hashable, Sendable {
    public var rawValue: String

    public init(rawValue: String) {
      self.rawValue = rawValue
    }

    /// A setting is missing, malformed, or in conflict with another.
    public static let configuration = Code(rawValue: "configuration")
    /// A data directory, a file or the database cannot be created, opened or locked.
    public static let storage = Code(rawValue: "storage")
    /// The service cannot listen on its address.
    public static let address = Code(rawValue: "address")
    /// Stored data has a form that this program never writes.
    public static let corruption = Code(rawValue: "corruption")
  }

  public var code: Code
  /// One line for the operator.
  public var reason: String

  public init(_ code: Code, _ reason: String) {
    self.code = code
    self.reason = reason
  }
}
