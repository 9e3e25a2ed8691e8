public import ATProtoSyntax

/// Why a PLC operation, or a log of operations, is not valid.
public struct PLCError: CodedError {
  /// The kinds of failure.
  public enum Code: Hashable, Sendable {
    /// The value does not have the fields of an operation.
    case malformed
    /// A part is larger, longer, or more numerous than allowed.
    case excess
    /// The signature is not by a rotation key with the required authority.
    case signature
    /// `prev` is not an operation that this one can follow, or the times are not in order.
    case misordered
    /// The recovery was submitted more than 72 hours after the operation that it nullifies.
    case lateRecovery
    /// The hash of the first operation does not match the DID.
    case genesisHash
    /// The log makes a statement about its operations that does not follow from them.
    case falseLog
    /// The identity has a tombstone, which only a recovery can follow.
    case deactivated
  }

  /// The kind of failure.
  public var code: Code
  /// A description for people.
  public var reason: String

  /// Creates an error.
  public init(_ code: Code, _ reason: String) {
    self.code = code
    self.reason = reason
  }
}
