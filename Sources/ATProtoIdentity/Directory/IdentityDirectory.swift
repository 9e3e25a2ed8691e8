public import ATProtoSyntax

/// Finds identities: the seam to the network. ``BaseIdentityDirectory`` asks,
/// ``CachingIdentityDirectory`` remembers, ``MemoryIdentityDirectory`` is the twin for tests.
public protocol IdentityDirectory: Sendable {
  /// The identity of a DID, its handle confirmed from both sides.
  func identity(of did: DID) async throws(IdentityError) -> Identity

  /// The DID to which a handle leads: the handle's word alone.
  func did(of handle: Handle) async throws(IdentityError) -> DID

  /// Forgets what is remembered of an identity, after an `#identity` event for instance.
  ///
  /// - Parameter handle: the new one, where it is known.
  func purge(_ did: DID, handle: Handle?) async
}

extension IdentityDirectory {
  /// The identity of a handle, which the DID must claim.
  ///
  /// Throws ``IdentityError/Code/mismatch`` where it claims another one: "otherwise anybody could
  /// create handle aliases for third-party accounts".
  public func identity(of handle: Handle) async throws(IdentityError) -> Identity {
    let identity = try await identity(of: try await did(of: handle))
    guard identity.handle == handle.normalized else {
      throw IdentityError(.mismatch, "\(handle) leads to \(identity.did), which does not claim it")
    }
    return identity
  }

  public func identity(
    of identifier: ATIdentifier
  ) async throws(IdentityError) -> Identity {
    switch identifier {
    case .did(let did): try await identity(of: did)
    case .handle(let handle): try await identity(of: handle)
    }
  }
}
