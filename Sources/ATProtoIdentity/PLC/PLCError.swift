public import ATProtoSyntax

/// Why an operation, or a log of them, is not one of `did:plc`. Equal by code.
public struct PLCError: CodedError {
  public enum Code: Hashable, Sendable {
    /// Not the fields of any kind of operation.
    case malformed
    /// Larger, longer or more than a directory accepts.
    case excess
    /// No rotation key that had a say made the signature.
    case signature
    /// `prev` is not the operation that this one can follow, or time runs backwards.
    case misordered
    /// A recovery after more than 72 hours.
    case lateRecovery
    /// The hash of the first operation is not the DID.
    case genesisHash
    /// A log says something of its operations that does not follow from them.
    case falseLog
    /// Nothing can follow a tombstone but its recovery.
    case deactivated
  }

  public var code: Code
  public var reason: String

  public init(_ code: Code, _ reason: String) {
    self.code = code
    self.reason = reason
  }
}
