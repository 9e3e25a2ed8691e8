import ATProtoData
import ATProtoHTTP
import ComAtprotoAPI
import Synchronization
import XRPC
import XRPCClient

/// One attempt to follow a labeler, across short interruptions: a task reads the stream, another one
/// verifies and stores what it has read.
final class LabelConnection: Sendable {
  typealias SubscribeLabels = ComAtproto.Label.SubscribeLabels

  /// Why the attempt ended.
  enum End: Sendable {
    case canceled
    case futureCursor
    case lost(reason: String)
  }

  /// The number of labels after which a transaction ends.
  static let batchSize = 500
  /// The number of labels that wait to be stored.
  private static let capacity = 5000
  /// After this many attempts in a row, the DID document is read again.
  private static let maximumAttempts = 3
  /// More labels in one event than any labeler sends.
  private static let maximumLabelsPerEvent = 4096

  private let follower: LabelFollower
  private let inbox = LabelInbox(capacity: LabelConnection.capacity)
  private let received = Atomic(false)

  init(follower: LabelFollower) {
    self.follower = follower
  }

  /// Whether an event has arrived.
  var hasReceived: Bool { received.load(ordering: .relaxed) }

  /// - Throws: an error of the index.
  func run(
    at service: ServiceEndpoint,
    _ transport: any HTTPTransport,
    _ policy: ReconnectPolicy
  ) async throws -> End {
    let client = XRPCClient(service: service, transport: transport)
    return try await withThrowingTaskGroup(of: End?.self) { group in
      group.addTask {
        try await self.finishing { try await self.read(client, policy) }
      }
      group.addTask {
        try await self.finishing { try await self.store() }
        return nil
      }
      var end = End.canceled
      do {
        for try await result in group { end = result ?? end }
      } catch is CancellationError {
        group.cancelAll()
      }
      return end
    }
  }

  /// Runs one of both tasks; the other one must not wait for it after its end.
  private func finishing<Result: Sendable>(
    _ body: @Sendable () async throws -> Result
  ) async throws -> Result {
    do {
      let result = try await body()
      await inbox.finish()
      return result
    } catch {
      await inbox.finish()
      throw error
    }
  }

  // MARK: Reading

  private func read(_ client: XRPCClient, _ policy: ReconnectPolicy) async throws -> End {
    do {
      for try await message in events(client, policy) {
        received.store(true, ordering: .relaxed)
        switch message {
        case .labels(let event):
          await inbox.put(LabelInbox.Event(sequence: event.seq, labels: event.labels))
        case .info(let info):
          if info.name == .outdatedCursor { follower.observer?(.outdatedCursor) }
        case .unknown: break
        }
      }
      return .canceled
    } catch {
      switch error {
      case .failure(.futureCursor): return .futureCursor
      case .cursorStore(let error): throw error
      default: return .lost(reason: "\(error)")
      }
    }
  }

  private func events(
    _ client: XRPCClient,
    _ policy: ReconnectPolicy
  ) -> ResumingEventStream<SubscribeLabels> {
    var policy = policy
    policy.maximumAttempts = Self.maximumAttempts
    var options = CallOptions()
    options.limits.elements = Self.maximumLabelsPerEvent
    return client.resume(
      SubscribeLabels.self,
      from: IndexCursor(follower: follower),
      sequence: { message in
        if case .labels(let event) = message { event.seq } else { nil }
      },
      parameters: { .init(cursor: $0) },
      options: options,
      policy: policy,
      observer: { [observer = follower.observer] event in
        switch event {
        case .connected(let cursor): observer?(.connected(cursor: cursor))
        case .disconnected(let reason, let delay):
          observer?(.disconnected(reason: reason, retryAfter: delay))
        }
      },
      recovery: { [observer = follower.observer] event in
        observer?(.unreadable(reason: event.reason))
        return .leaveOut
      }
    )
  }

  // MARK: Storing

  private func store() async throws {
    while let events = await inbox.next() {
      var rest = events[...]
      var failures = 0
      while !rest.isEmpty {
        let judged = await judged(rest)
        try await store(judged)
        rest = rest.dropFirst(judged.events.count)
        guard let obstacle = judged.obstacle else { continue }
        failures = judged.events.isEmpty ? failures + 1 : 0
        let delay = follower.delay(after: failures)
        follower.observer?(.waiting(obstacle, retryAfter: delay))
        try await follower.sleep(delay)
      }
    }
  }

  /// All of the events are judged at once: after a change of the key, one lookup then decides about
  /// thousands of old labels.
  private func judged(_ events: ArraySlice<LabelInbox.Event>) async -> JudgedEvents {
    let labels = events.flatMap(\.labels)
    let verdicts = await follower.verifier.verify(labels, from: follower.labeler)
    return JudgedEvents(events, verdicts)
  }

  private func store(_ judged: JudgedEvents) async throws {
    for error in judged.rejections { follower.observer?(.rejected(error)) }
    var labels: [Label] = []
    for (index, event) in judged.events.enumerated() {
      labels += event.labels
      let isLast = index == judged.events.count - 1
      guard isLast || labels.count >= Self.batchSize else { continue }
      try Task.checkCancellation()
      try await follower.index.apply(labels, from: follower.labeler, cursor: event.sequence)
      follower.observer?(.applied(labels: labels.count, cursor: event.sequence))
      labels = []
    }
  }
}

/// The cursor of a labeler in the index. It is stored with the labels, not by the stream.
private struct IndexCursor: CursorStore {
  let follower: LabelFollower

  /// "The 'backfill' period may extend to `cursor=0`", so a service begins with all labels.
  func load() async throws -> Int? {
    try await follower.index.cursor(of: follower.labeler) ?? 0
  }

  func save(_ cursor: Int) {}
}
