/// The body of an unsuccessful response, and of an error frame: `{"error": name, "message": text}`.
public struct XRPCErrorBody: Hashable, Sendable {
  /// A generic ASCII constant without white space: `InvalidRequest`, `RecordNotFound`.
  public var name: String
  /// A description for people.
  public var message: String?

  public init(name: String, message: String? = nil) {
    self.name = name
    self.message = message
  }
}

extension XRPCErrorBody: CustomStringConvertible {
  public var description: String {
    message.map { "\(name): \($0)" } ?? name
  }
}
