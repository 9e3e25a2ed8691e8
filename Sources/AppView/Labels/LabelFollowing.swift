import ATProtoHTTP
import ATProtoIdentity
import ATProtoLabels
import ATProtoSyntax
import Logging
import Synchronization

/// Follows the labels of the configured labelers, each with its own cursor, which is stored with the
/// labels.
final class LabelFollowing: Sendable {
  /// What is known about a labeler, for the administrator.
  struct Labeler: Hashable, Sendable {
    var did: DID
    /// The number of the last event that has been applied; nil before the first.
    var cursor: Int?
    var isConnected: Bool
    /// Why the connection was lost, or why labels wait; nil if it is open.
    var problem: String?
  }

  private struct State: Sendable {
    var isConnected = false
    var problem: String?
  }

  private static let retryInterval = Duration.seconds(5)

  let labelers: [DID]
  private let index: any LabelIndex
  private let verifier: LabelVerifier
  private let transport: any HTTPTransport
  private let logger: Logger
  private let states = Mutex<[DID: State]>([:])

  /// - Parameter transport: connects to labelers, whose URLs are untrusted.
  init(
    _ labelers: [DID],
    index: any LabelIndex,
    directory: any IdentityDirectory,
    transport: any HTTPTransport,
    logger: Logger
  ) {
    self.labelers = labelers
    self.index = index
    verifier = LabelVerifier(directory: directory)
    self.transport = transport
    self.logger = logger
  }

  /// Follows all labelers until the task is canceled.
  func run() async {
    await withTaskGroup(of: Void.self) { tasks in
      for did in labelers {
        tasks.addTask { await self.follow(did) }
      }
    }
  }

  private func follow(_ did: DID) async {
    let follower = LabelFollower(
      labeler: did,
      index: index,
      verifier: verifier,
      transport: transport,
      observer: { [weak self] event in self?.observe(event, of: did) }
    )
    while !Task.isCancelled {
      do {
        try await follower.run()
      } catch {
        logger.error("cannot store labels", metadata: ["labeler": "\(did)", "error": "\(error)"])
      }
      try? await Task.sleep(for: Self.retryInterval)
    }
  }

  private func observe(_ event: LabelFollowerEvent, of did: DID) {
    var level = Logger.Level.debug
    let change: State?
    switch event {
    case .connected: change = State(isConnected: true)
    case .disconnected(let reason, _):
      change = State(problem: reason)
      level = .warning
    case .waiting(let error, _):
      change = State(isConnected: true, problem: "\(error)")
      level = .warning
    case .applied: change = State(isConnected: true)
    case .outdatedCursor, .futureCursor:
      change = nil
      level = .warning
    case .rejected, .unreadable:
      change = nil
      level = .info
    }
    if let change { states.withLock { $0[did] = change } }
    logger.log(level: level, "labels", metadata: ["labeler": "\(did)", "event": "\(event)"])
  }

  func status() async throws -> [Labeler] {
    var status: [Labeler] = []
    for did in labelers {
      let state = states.withLock { $0[did] } ?? State()
      status.append(
        Labeler(
          did: did,
          cursor: try await index.cursor(of: did),
          isConnected: state.isConnected,
          problem: state.problem
        )
      )
    }
    return status
  }
}
