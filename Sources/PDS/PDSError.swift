public import ATProtoSyntax

/// Why a server could not be started, or why its data cannot be used. Two errors are equal when
/// their codes are. No reason contains secret material.
public struct PDSError: CodedError {
  public struct Code: RawRepresentable, Hashable, Sendable {
    public var rawValue: String

    public init(rawValue: String) {
      self.rawValue = rawValue
    }

    public static let configuration = Code(rawValue: "configuration")
    /// The data folder or the database cannot be made or opened.
    public static let storage = Code(rawValue: "storage")
    /// The address cannot be listened on.
    public static let address = Code(rawValue: "address")
    /// A row of the database that this program cannot have written.
    public static let corruption = Code(rawValue: "corruption")
  }

  public var code: Code
  public var reason: String

  public init(_ code: Code, _ reason: String) {
    self.code = code
    self.reason = reason
  }
}
