public import ATProtoSyntax

/// An account's identity: its DID document and its handle.
public struct Identity: Hashable, Sendable {
  /// The DID document.
  public let document: DIDDocument
  /// The handle, if it resolves to the DID and the DID document claims it; otherwise
  /// `handle.invalid` (Handle specification, "Invalid Handles").
  public let handle: Handle

  /// Creates an identity from a document and a handle that has been confirmed from both sides.
  public init(document: DIDDocument, handle: Handle) {
    self.document = document
    self.handle = handle
  }

  /// The DID that the document describes.
  public var did: DID { document.id }
  /// False if ``handle`` is `handle.invalid`.
  public var hasConfirmedHandle: Bool { handle != .invalid }
}

/// Finds identities: the seam between identities and the network.
///
/// ``BaseIdentityDirectory`` uses the network, ``CachingIdentityDirectory`` caches its results, and
/// ``MemoryIdentityDirectory`` is the in-memory twin for tests.
public protocol IdentityDirectory: Sendable {
  /// Finds the identity of a DID and confirms the handle that its document claims. If the handle
  /// cannot be resolved, for any reason, the identity has `handle.invalid`.
  ///
  /// - Parameter handle: a handle that has just been resolved to `did`, which is not resolved again;
  ///   nil if there is none.
  func identity(
    of did: DID,
    resolvedFrom handle: Handle?
  ) async throws(IdentityError) -> Identity

  /// Finds the identity of a handle. The handle is resolved once.
  ///
  /// - Throws: ``IdentityError/Code/mismatch`` if the DID claims another handle: "otherwise anybody
  ///   could create handle aliases for third-party accounts" (Handle specification).
  func identity(of handle: Handle) async throws(IdentityError) -> Identity

  /// Resolves a handle to a DID, without checking whether the DID claims the handle.
  func did(of handle: Handle) async throws(IdentityError) -> DID

  /// Finds the document of a DID, without confirming the handle that it claims.
  ///
  /// Optional: the default finds the identity, which confirms the handle.
  func document(of did: DID) async throws(IdentityError) -> DIDDocument

  /// Removes what is cached about an identity, for instance after an `#identity` event.
  ///
  /// - Parameter handle: the account's new handle, if known.
  func purge(_ did: DID, handle: Handle?) async
}

extension IdentityDirectory {
  /// Finds the identity of a DID and confirms the handle that its document claims.
  public func identity(of did: DID) async throws(IdentityError) -> Identity {
    try await identity(of: did, resolvedFrom: nil)
  }

  public func document(of did: DID) async throws(IdentityError) -> DIDDocument {
    try await identity(of: did).document
  }

  public func identity(of handle: Handle) async throws(IdentityError) -> Identity {
    let did = try await did(of: handle)
    let identity = try await identity(of: did, resolvedFrom: handle)
    guard identity.handle == handle.normalized else { throw .mismatch(handle, did) }
    return identity
  }

  /// Finds the identity of a DID or a handle.
  public func identity(
    of identifier: ATIdentifier
  ) async throws(IdentityError) -> Identity {
    switch identifier {
    case .did(let did): try await identity(of: did)
    case .handle(let handle): try await identity(of: handle)
    }
  }
}

extension IdentityError {
  static func mismatch(_ handle: Handle, _ did: DID) -> IdentityError {
    IdentityError(.mismatch, "\(handle) resolves to \(did), which does not claim it")
  }
}
