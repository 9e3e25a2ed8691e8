/// Why there is no sample. Equal by code.
public struct SampleError: Error, Sendable {
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

extension SampleError: Hashable {
  public static func == (lhs: SampleError, rhs: SampleError) -> Bool { lhs.code == rhs.code }

  public func hash(into hasher: inout Hasher) { hasher.combine(code) }
}

extension SampleError: CustomStringConvertible {
  public var description: String { reason }
}
