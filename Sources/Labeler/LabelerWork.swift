import ATProtoSyntax
import ComAtprotoAPI
import CoreMetrics
import Logging
import ServiceKit
import ServiceLifecycle
import Synchronization
import XRPCServer

/// What a labeler does besides answering requests.
struct LabelerWork: Sendable {
  let store: any LabelerStore
  let desk: ModerationDesk
  let resigning: Resigning
  let pusher: Pusher
  let identity: IdentityCheck
  /// Nil without a declaration in a file.
  let declaration: DeclarationCheck?
  let streams: OpenStreams
  let metrics: LabelerMetrics
  let logger: Logger

  /// Recurring work.
  var chores: [Housekeeping.Chore] {
    [
      Housekeeping.Chore("reverse expired takedowns", every: .seconds(10)) {
        try await desk.reverseDue(at: Self.now)
      },
      Housekeeping.Chore("sign labels again", every: .seconds(1)) {
        try await resigning.step()
      },
      Housekeeping.Chore("check the identity", every: .seconds(600)) { await checkIdentity() },
      Housekeeping.Chore("remove expired sessions", every: .seconds(600)) {
        try await store.write { transaction in
          try transaction.reviewSessions.removeExpired(at: Self.now)
        }
      },
      Housekeeping.Chore("measure streams", every: .seconds(5)) {
        metrics.subscribers.record(streams.count)
      },
    ]
  }

  /// Milliseconds since 1970.
  private static var now: Int { Datetime.Instant.now.wholeMilliseconds }

  /// A labeler works without a valid identity, but nothing that it signs can be verified.
  private func checkIdentity() async {
    let problems = await identity.problems()
    metrics.identityIsValid.record(problems.isEmpty ? 1 : 0)
    for problem in problems {
      logger.warning("the identity of the labeler is incomplete: \(problem.text)")
    }
    if let problem = await declaration?.problem() { logger.warning("\(problem)") }
  }
}

/// The open streams of labels.
final class OpenStreams: Sendable {
  private let registry = Mutex<StreamRegistry?>(nil)
  private static let path = "/xrpc/\(ComAtproto.Label.SubscribeLabels.nsid)"

  /// Sets the registry of the server, which is created after everything that the server serves.
  func read(_ registry: StreamRegistry) {
    self.registry.withLock { $0 = registry }
  }

  var count: Int {
    registry.withLock { $0 }?.entries.count { $0.path == Self.path } ?? 0
  }
}

/// Pushes takedowns while the server runs.
struct PushService: Service {
  let pusher: Pusher

  func run() async throws {
    await cancelWhenGracefulShutdown { await pusher.run() }
  }
}
