/// A thrown error that consists of a code, for programs, and a reason, for people.
///
/// Two errors are equal if their codes are, so programs and tests can compare an error without
/// repeating its text. An error type with more properties that matter for equality, such as the
/// name of a parameter, implements `==` and `hash(into:)` itself.
public protocol CodedError: Error, Hashable, CustomStringConvertible {
  /// The kinds of errors of this type.
  associatedtype Code: Hashable & Sendable

  /// What is wrong, as one of a known set of codes.
  var code: Code { get }

  /// A description of this occurrence. It may contain text from the input, but never secret
  /// material.
  var reason: String { get }
}

extension CodedError {
  /// Whether both errors have the same code.
  public static func == (lhs: Self, rhs: Self) -> Bool {
    lhs.code == rhs.code
  }

  /// Hashes the code.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(code)
  }

  /// The reason.
  public var description: String { reason }
}
