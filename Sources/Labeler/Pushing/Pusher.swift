package import ATProtoCrypto
package import ATProtoHTTP
package import ATProtoSyntax
package import Logging
import XRPC
import XRPCServer

/// Brings the states of subjects to other services, and tries again until they have them.
///
/// It reads what is due from the store, so nothing is lost when the labeler stops, and a later event
/// about a subject replaces an earlier one that has not been delivered.
package final class Pusher: Sendable {
  package let targets: [PushTarget]
  private let store: any LabelerStore
  private let calls: PushCalls
  private let metrics: LabelerMetrics
  private let logger: Logger
  private let now: @Sendable () -> Int
  private let jitter: @Sendable () -> Double
  private let wakeUps: AsyncStream<Void>
  private let wakeUp: AsyncStream<Void>.Continuation

  /// The most calls at once.
  private static let concurrency = 8
  /// How long to wait at most, whatever the clock does, in milliseconds.
  private static let longestWait = 60_000
  /// Milliseconds.
  private static let shortestWait = 1_000
  /// A batch of a target that does not answer must end soon.
  private static let batch = 24

  /// - Parameters:
  ///   - targets: at most one of each kind.
  ///   - did: the issuer of tokens.
  ///   - key: the key of labels, which signs them.
  ///   - transport: for URLs that the operator configured.
  ///   - now: milliseconds since 1970.
  package init(
    targets: [PushTarget],
    did: DID,
    key: PrivateKey,
    store: any LabelerStore,
    transport: any HTTPTransport,
    metrics: LabelerMetrics,
    logger: Logger,
    now: @escaping @Sendable () -> Int = { Datetime.Instant.now.wholeMilliseconds },
    jitter: @escaping @Sendable () -> Double = { Double.random(in: 0...1) }
  ) {
    self.targets = targets
    self.store = store
    calls = PushCalls(did: did, key: key, transport: transport)
    self.metrics = metrics
    self.logger = logger
    self.now = now
    self.jitter = jitter
    (wakeUps, wakeUp) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
  }

  /// Notices that something may be due. Returns immediately.
  package func wake() {
    wakeUp.yield()
  }

  /// Works until the task is canceled. Call it once.
  package func run() async {
    // A service that returns before the others would end them.
    guard !targets.isEmpty else {
      for await _ in wakeUps {}
      return
    }
    while !Task.isCancelled {
      var wait = Self.longestWait
      do {
        while try await pushDue() > 0, !Task.isCancelled {}
        // A result that cannot be stored leaves its row due, which must not repeat the call at once.
        wait = max(try await timeToNext(), Self.shortestWait)
      } catch is CancellationError {
        return
      } catch {
        logger.error("cannot push takedowns", metadata: ["error": "\(error)"])
      }
      await sleep(milliseconds: wait)
    }
  }

  /// Sends what is due, at most a batch, and returns for how many pushes the result was stored.
  package func pushDue() async throws -> Int {
    let (time, kinds) = (now(), targets.map(\.kind))
    let rows = try await store.read { transaction throws in
      try transaction.pushes.due(of: kinds, at: time, limit: Self.batch)
    }
    let pushes = rows.compactMap { row in
      targets.first { $0.kind == row.target }.map { (row: row, target: $0) }
    }
    // A batch has each target and subject only once, because they are the key of the table.
    let count = await withTaskGroup(of: Bool.self) { group in
      var count = 0
      for (index, push) in pushes.enumerated() {
        if index >= Self.concurrency, await group.next() == true { count += 1 }
        group.addTask { await self.push(push.row, to: push.target) }
      }
      for await isStored in group where isStored { count += 1 }
      return count
    }
    for target in targets { try await measure(target.kind) }
    return count
  }

  private func push(_ row: PushRow, to target: PushTarget) async -> Bool {
    let outcome = await calls.send(row, to: target)
    note(row, outcome)
    let (time, spread) = (now(), jitter())
    do {
      try await store.write { transaction throws in
        let stored = try transaction.pushes.row(row.target, row.subject)
        let next = PushState.next(stored, afterSending: row, outcome, at: time, jitter: spread)
        if let next { try transaction.pushes.save(next) }
      }
      return true
    } catch {
      // The row stays due and is sent again, which changes nothing at the target.
      logger.error("cannot store the result of a push", metadata: ["error": "\(error)"])
      return false
    }
  }

  private func note(_ row: PushRow, _ outcome: PushState.Outcome) {
    guard let target = PushMetrics.Target(rawValue: row.target.rawValue) else { return }
    switch outcome {
    case .delivered: metrics.pushes.pushed(to: target, .confirmed)
    case .unknownSubject: metrics.pushes.pushed(to: target, .unknown)
    case .failed(let reason):
      metrics.pushes.pushed(to: target, .failed)
      logger.warning(
        "cannot push a takedown",
        metadata: [
          "target": "\(row.target.rawValue)", "event": "\(row.event)",
          "attempts": "\(row.attempts + 1)", "error": "\(reason.prefix(500))",
        ]
      )
    }
  }

  private func measure(_ kind: PushTarget.Kind) async throws {
    guard let target = PushMetrics.Target(rawValue: kind.rawValue) else { return }
    let count = try await store.read { transaction throws in
      try transaction.pushes.waitingCount(kind)
    }
    metrics.pushes.setWaiting(count, for: target)
  }

  private func timeToNext() async throws -> Int {
    let kinds = targets.map(\.kind)
    let next = try await store.read { transaction throws in
      try transaction.pushes.nextDue(of: kinds)
    }
    guard let next else { return Self.longestWait }
    return min(max(next - now(), 1), Self.longestWait)
  }

  /// Sleeps until there is something new, at most for a time.
  private func sleep(milliseconds: Int) async {
    let timer = Task { [wakeUp] in
      // A canceled timer must not wake the next sleep.
      guard (try? await Task.sleep(for: .milliseconds(milliseconds))) != nil else { return }
      wakeUp.yield()
    }
    defer { timer.cancel() }
    var wakeUps = wakeUps.makeAsyncIterator()
    _ = await wakeUps.next()
  }
}

extension Pusher {
  /// Whether a PDS is among the targets.
  package var canSendEmail: Bool { targets.contains { $0.kind == .pds } }

  /// Sends an email to the owner of an account, and returns whether the PDS has sent it.
  ///
  /// Throws `UpstreamFailure` if the PDS does not accept the call.
  func sendEmail(
    _ email: EmailAction,
    to account: DID,
    comment: String?
  ) async throws(XRPCServerError) -> Bool {
    guard let target = targets.first(where: { $0.kind == .pds }) else { return false }
    do throws(XRPCError<UnknownFailure>) {
      return try await calls.sendEmail(email, to: account, comment: comment, at: target)
    } catch {
      logger.warning("cannot send an email", metadata: ["error": "\(error)"])
      throw .upstreamFailure("the PDS does not send the email: \(error)")
    }
  }
}
