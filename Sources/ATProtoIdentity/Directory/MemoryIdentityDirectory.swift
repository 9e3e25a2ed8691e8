public import ATProtoSyntax
import Synchronization

/// Holds identities in memory: the twin of a directory in the network, for tests.
public final class MemoryIdentityDirectory: IdentityDirectory {
  private struct State {
    var identities: [DID: Identity] = [:]
    var dids: [Handle: DID] = [:]
    var purged: [DID] = []
  }

  private let state = Mutex(State())

  /// Creates a directory of the given identities.
  public init(_ identities: [Identity] = []) {
    for identity in identities { insert(identity) }
  }

  /// Adds an identity, or replaces the one with the same DID.
  public func insert(_ identity: Identity) {
    state.withLock { state in
      state.dids = state.dids.filter { $0.value != identity.did }
      state.identities[identity.did] = identity
      if identity.hasConfirmedHandle { state.dids[identity.handle.normalized] = identity.did }
    }
  }

  /// The DIDs that were purged, in order.
  public var purged: [DID] { state.withLock { $0.purged } }

  /// Returns the identity of a DID as it was added.
  public func identity(
    of did: DID,
    resolvedFrom handle: Handle?
  ) async throws(IdentityError) -> Identity {
    guard let identity = state.withLock({ $0.identities[did] }) else {
      throw IdentityError(.notFound, "cannot find \(did)")
    }
    return identity
  }

  /// Returns the DID of a confirmed handle.
  public func did(of handle: Handle) async throws(IdentityError) -> DID {
    guard let did = state.withLock({ $0.dids[handle.normalized] }) else {
      throw IdentityError(.notFound, "cannot find \(handle)")
    }
    return did
  }

  /// Adds the DID to ``purged``.
  public func purge(_ did: DID, handle: Handle?) async {
    state.withLock { $0.purged.append(did) }
  }
}
