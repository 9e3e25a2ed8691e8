public import ATProtoSyntax
import Synchronization

/// Knows the identities that it was given, for tests.
public final class MemoryIdentityDirectory: IdentityDirectory {
  private struct State {
    var identities: [DID: Identity] = [:]
    var dids: [Handle: DID] = [:]
    var purged: [DID] = []
  }

  private let state = Mutex(State())

  public init(_ identities: [Identity] = []) {
    for identity in identities { insert(identity) }
  }

  /// Adds an identity, or takes the place of what it was.
  public func insert(_ identity: Identity) {
    state.withLock { state in
      state.dids = state.dids.filter { $0.value != identity.did }
      state.identities[identity.did] = identity
      if identity.hasConfirmedHandle { state.dids[identity.handle.normalized] = identity.did }
    }
  }

  /// The DIDs that were purged, in that order.
  public var purged: [DID] { state.withLock { $0.purged } }

  public func identity(
    of did: DID,
    resolvedFrom handle: Handle?
  ) async throws(IdentityError) -> Identity {
    guard let identity = state.withLock({ $0.identities[did] }) else {
      throw IdentityError(.notFound, "\(did) is not known")
    }
    return identity
  }

  public func did(of handle: Handle) async throws(IdentityError) -> DID {
    guard let did = state.withLock({ $0.dids[handle.normalized] }) else {
      throw IdentityError(.notFound, "\(handle) is not known")
    }
    return did
  }

  public func purge(_ did: DID, handle: Handle?) async {
    state.withLock { $0.purged.append(did) }
  }
}
