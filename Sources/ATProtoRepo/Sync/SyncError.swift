public import ATProtoSyntax

/// Why a message of the firehose was not accepted (Sync specification, "Message Validation
/// Checklist"). Two errors are equal if their codes are.
public struct SyncError: CodedError {
  public struct Code: RawRepresentable, Hashable, Sendable {
    public var rawValue: String

    public init(rawValue: String) {
      self.rawValue = rawValue
    }

    /// More bytes, operations or bytes of a record than a message may have.
    public static let tooLarge = Code(rawValue: "tooLarge")
    /// Fields of the message that are not of their form, or do not go together.
    public static let malformedMessage = Code(rawValue: "malformedMessage")
    /// `blocks` is no CAR file, or holds blocks that are not what their CIDs name.
    public static let malformedCAR = Code(rawValue: "malformedCAR")
    /// The commit, or a node or record that the operations need, is not in `blocks`.
    public static let missingBlock = Code(rawValue: "missingBlock")
    /// The commit object is not as the Repository specification says.
    public static let invalidCommit = Code(rawValue: "invalidCommit")
    /// The message says something else than the signed commit.
    public static let fieldMismatch = Code(rawValue: "fieldMismatch")
    /// The account's signing key did not make the signature.
    public static let badSignature = Code(rawValue: "badSignature")
    /// A `rev` that is not greater than that of the last message.
    public static let revNotNewer = Code(rawValue: "revNotNewer")
    /// A `rev` later than now, beyond the drift of clocks.
    public static let revInFuture = Code(rawValue: "revInFuture")
    /// `since` or `prevData` is not what the last message left: messages are missing.
    public static let chainBroken = Code(rawValue: "chainBroken")
    /// Nodes of the tree that are not as the Repository specification says.
    public static let invalidTree = Code(rawValue: "invalidTree")
    /// The operations, taken back, do not lead to `prevData`.
    public static let inversionMismatch = Code(rawValue: "inversionMismatch")
    /// A record that is not DAG-CBOR.
    public static let invalidRecord = Code(rawValue: "invalidRecord")
  }

  /// What the specification has a service do.
  public enum Consequence: Hashable, Sendable {
    /// Drop the message; the account stays in sync.
    case ignore
    /// Drop the message, which nobody should have sent.
    case reject
    /// Resolve the identity anew, which may have changed, and verify again; then reject.
    case refreshIdentity
    /// The message is genuine, and others before it are missing: fetch the whole repository.
    case resynchronize
  }

  public var code: Code
  public var reason: String

  public init(_ code: Code, _ reason: String) {
    self.code = code
    self.reason = reason
  }

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
  /// The code and the reason: logs of a stream are searched by code.
  public var description: String { "\(code.rawValue): \(reason)" }
}
