import ATProtoIdentity
import ATProtoSyntax
import Synchronization

/// A directory whose documents can change, that counts lookups, and that can be down.
final class TestDirectory: IdentityDirectory {
  private struct State {
    var documents: [DID: DIDDocument] = [:]
    var lookups: [DID] = []
    var isDown = false
  }

  private let state = Mutex(State())

  init(_ documents: DIDDocument...) {
    for document in documents { publish(document) }
  }

  func publish(_ document: DIDDocument) {
    state.withLock { $0.documents[document.id] = document }
  }

  /// The DIDs whose documents were looked up, in order.
  var lookups: [DID] { state.withLock { $0.lookups } }

  var isDown: Bool {
    get { state.withLock { $0.isDown } }
    set { state.withLock { $0.isDown = newValue } }
  }

  func document(of did: DID) async throws(IdentityError) -> DIDDocument {
    let (document, isDown) = state.withLock { state in
      state.lookups.append(did)
      return (state.documents[did], state.isDown)
    }
    if isDown { throw IdentityError(.unreachable, "the directory is down") }
    guard let document else { throw IdentityError(.notFound, "cannot find \(did)") }
    return document
  }

  func identity(
    of did: DID,
    resolvedFrom handle: Handle?
  ) async throws(IdentityError) -> Identity {
    Identity(document: try await document(of: did), handle: .invalid)
  }

  func did(of handle: Handle) async throws(IdentityError) -> DID {
    throw IdentityError(.notFound, "cannot find \(handle)")
  }

  func purge(_ did: DID, handle: Handle?) async {}
}

/// A clock that tests move.
final class TestClock: Sendable {
  private let state = Mutex(ContinuousClock.now)

  var now: ContinuousClock.Instant { state.withLock { $0 } }

  func advance(by duration: Duration) {
    state.withLock { $0 += duration }
  }
}
