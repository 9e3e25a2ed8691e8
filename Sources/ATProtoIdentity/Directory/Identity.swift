public import ATProtoSyntax

/// An account's identity as it was found.
public struct Identity: Hashable, Sendable {
  public let document: DIDDocument
  /// The handle that leads to the DID and that the DID claims; `handle.invalid` where there is none
  /// (Handle specification, "Invalid Handles").
  public let handle: Handle

  public init(document: DIDDocument, handle: Handle) {
    self.document = document
    self.handle = handle
  }

  public var did: DID { document.id }
  public var hasConfirmedHandle: Bool { handle != .invalid }
}
