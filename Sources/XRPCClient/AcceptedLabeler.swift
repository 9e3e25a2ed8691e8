public import ATProtoSyntax

/// A labeler that a caller wants to hear of its subjects.
public struct AcceptedLabeler: Hashable, Sendable {
  public var did: DID
  /// Leave out what the labeler has taken down, rather than mark it.
  public var redacts: Bool

  public init(_ did: DID, redacts: Bool = false) {
    self.did = did
    self.redacts = redacts
  }
}

extension AcceptedLabeler: CustomStringConvertible {
  public var description: String { redacts ? "\(did);redact" : "\(did)" }
}
