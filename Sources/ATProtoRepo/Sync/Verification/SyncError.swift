public import ATProtoSyntax

/// The reason why a message of the firehose is rejected (Sync specification, "Message Validation
/// Checklist").
///
/// Two errors are equal if their codes are.
public struct SyncError: CodedError {
  /// The kinds of errors.
  public struct Code: RawRepresentable, Hashable, Sendable {
    /// The name of the code, such as `chainBroken`.
    public var rawValue: String

    /// Creates a code with a name.
    public init(rawValue: String) {
      self.rawValue = rawValue
    }

    /// The message, a record, or the number of operations exceeds its limit.
    public static let tooLarge = Code(rawValue: "tooLarge")
    /// Fields of the message are malformed or contradict each other.
    public static let malformedMessage = Code(rawValue: "malformedMessage")
    /// `blocks` is not a CAR file, or has blocks that do not have the hashes in their CIDs.
    public static let malformedCAR = Code(rawValue: "malformedCAR")
    /// The commit, or a node or record that the operations need, is not in `blocks`.
    public static let missingBlock = Code(rawValue: "missingBlock")
    /// The commit object does not follow the Repository specification.
    public static let invalidCommit = Code(rawValue: "invalidCommit")
    /// The message contradicts the signed commit.
    public static let fieldMismatch = Code(rawValue: "fieldMismatch")
    /// The signature was not made with the account's signing key.
    public static let badSignature = Code(rawValue: "badSignature")
    /// `rev` is not greater than that of the previous message.
    public static let revNotNewer = Code(rawValue: "revNotNewer")
    /// `rev` is in the future, beyond the allowed clock drift.
    public static let revInFuture = Code(rawValue: "revInFuture")
    /// `since` or `prevData` does not follow the previous message: messages are missing.
    public static let chainBroken = Code(rawValue: "chainBroken")
    /// Nodes of the tree do not follow the Repository specification.
    public static let invalidTree = Code(rawValue: "invalidTree")
    /// The inverted operations do not lead to `prevData`.
    public static let inversionMismatch = Code(rawValue: "inversionMismatch")
    /// `prevData` is not in a message that is not the first one, so it cannot be inverted.
    public static let missingPrevData = Code(rawValue: "missingPrevData")
    /// A record that is not DAG-CBOR.
    public static let invalidRecord = Code(rawValue: "invalidRecord")
  }

  /// The action that the specification requires of a service.
  public enum Consequence: Hashable, Sendable {
    /// Drop the message; the account stays in sync.
    case ignore
    /// Drop the message, which should not have been sent.
    case reject
    /// Resolve the identity again, because it may have changed, and verify again; then reject.
    case refreshIdentity
    /// The message is genuine, but messages before it are missing: fetch the whole repository.
    case resynchronize
  }

  /// The kind of error.
  public var code: Code
  /// The error in words, without the code.
  public var reason: String

  /// Creates an error.
  public init(_ code: Code, _ reason: String) {
    self.code = code
    self.reason = reason
  }

  /// The action that the specification requires of a service.
  public var consequence: Consequence {
    switch code {
    case .revNotNewer: .ignore
    case .badSignature: .refreshIdentity
    case .chainBroken: .resynchronize
    default: .reject
    }
  }
}

extension SyncError {
  /// The code and the reason. Logs of a stream are searched by code.
  public var description: String { "\(code.rawValue): \(reason)" }
}
