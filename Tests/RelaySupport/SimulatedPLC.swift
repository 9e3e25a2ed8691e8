package import ATProtoData
package import ATProtoHTTP
package import ATProtoSyntax
package import NIOCore
import NIOPosix
import Synchronization

/// A PLC directory that serves the documents of simulated accounts over HTTP. It can be down or
/// slow, and counts lookups.
package final class SimulatedPLC: Sendable {
  private struct State {
    var accounts: [String: SimulatedAccount] = [:]
    var documents: [String: DataValue] = [:]
    var tombstones: Set<String> = []
    var lookups: [String: Int] = [:]
    var isDown = false
    var delay = Duration.zero
  }

  private final class Shared: Sendable {
    let value = Mutex(State())
  }

  private let state: Shared
  private let server: SimulatedServer

  package init(
    on group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton
  ) async throws {
    let state = Shared()
    self.state = state
    server = try await SimulatedServer(on: group) { await Self.answer($0, state) }
  }

  package var url: HTTPURL { HTTPURL("http://127.0.0.1:\(server.port)")! }

  /// Serves the current document of an account.
  package func add(_ account: SimulatedAccount) {
    state.value.withLock { $0.accounts[account.did.string] = account }
  }

  /// Serves a document.
  package func set(_ document: DataValue?, of did: DID) {
    state.value.withLock { $0.documents[did.string] = document }
  }

  /// Answers 410 for a DID.
  package func tombstone(_ did: DID) {
    state.value.withLock { _ = $0.tombstones.insert(did.string) }
  }

  /// Whether all lookups fail with status 503.
  package var isDown: Bool {
    get { state.value.withLock { $0.isDown } }
    set { state.value.withLock { $0.isDown = newValue } }
  }

  /// How long each lookup takes.
  package var delay: Duration {
    get { state.value.withLock { $0.delay } }
    set { state.value.withLock { $0.delay = newValue } }
  }

  package func lookups(of did: DID) -> Int { state.value.withLock { $0.lookups[did.string] ?? 0 } }

  package var lookupCount: Int {
    state.value.withLock { $0.lookups.values.reduce(0, +) }
  }

  package func stop() async { await server.stop() }

  private static func answer(
    _ request: SimulatedRequest,
    _ shared: Shared
  ) async -> SimulatedReply {
    let did = String(request.path.dropFirst())
      .replacing("%3A", with: ":").replacing("%3a", with: ":")
    let delay = shared.value.withLock { state in
      state.lookups[did, default: 0] += 1
      return state.delay
    }
    if delay > .zero { try? await Task.sleep(for: delay) }
    let (isDown, isTombstone, document, account) = shared.value.withLock { state in
      (
        state.isDown, state.tombstones.contains(did), state.documents[did], state.accounts[did]
      )
    }
    if isDown { return .json(#"{"message":"down"}"#, status: 503) }
    if isTombstone { return .json(#"{"message":"DID not available"}"#, status: 410) }
    guard let document = document ?? account?.document else {
      return .json(#"{"message":"DID not registered"}"#, status: 404)
    }
    return .response(
      200,
      fields: ["Content-Type": "application/did+ld+json"],
      body: document.jsonBytes()
    )
  }
}
