import ATProtoData
import ATProtoHTTP
import ATProtoRepo
import ATProtoSyntax
import HTTPTypes
import XRPCClient

/// Reads the firehose of the relay, over as many connections as it takes, and passes events on to
/// the groups.
struct FirehoseFollower: Sendable {
  private static let firstDelay: SyncTime = 1_000_000
  /// The largest frame that is read to be skipped.
  private static let skippedFrame = 64 << 20

  let environment: SyncEnvironment
  let progress: CursorProgress
  let tracked: TrackedSet
  let groups: [RepositoryGroup]
  let discovery: Discovery
  let missed: MissedEvents

  /// Returns if the task is canceled.
  func run() async throws(SyncConsumerError) {
    var failures = 0
    while !Task.isCancelled {
      let before = progress.cursor
      let reason = try await follow()
      guard !Task.isCancelled else { return }
      failures = progress.cursor == before ? failures + 1 : 1
      let delay = Self.delay(
        failures,
        chance: .random(in: 0..<1),
        longest: environment.configuration.longestReconnect.microseconds
      )
      environment.observer(
        .disconnected(reason: reason, retryAfter: .microseconds(Int64(delay)))
      )
      await environment.clock.sleep(until: environment.clock.now + delay)
    }
  }

  /// Between half and all of the delay, so that consumers of one relay do not return at once.
  static func delay(
    _ failures: Int,
    chance: Double,
    longest: SyncTime = 60_000_000
  ) -> SyncTime {
    let longest = SyncTime.pause(firstDelay, longest, attempt: failures)
    return SyncTime(Double(longest) * (0.5 + chance / 2))
  }

  /// Reads one connection, and returns why it ended.
  private func follow() async throws(SyncConsumerError) -> String {
    // Events that are still being decided about arrive again, and are dropped by their revision.
    let cursor = progress.cursor
    let opening: FrameBatchOpening
    do {
      opening = try await environment.relayTransport.openFrames(request(cursor), options: options)
    } catch {
      return "\(error)"
    }
    let frames: FrameBatches
    switch opening {
    case .opened(let opened, _): frames = opened
    case .refused(let response):
      let status = response.head.status
      let reason = "\(environment.streamName) refused the stream with status \(status.code)"
      // Some relays check the position before the upgrade.
      if cursor != nil, let body = try? DataValue(json: response.body),
        body["error"]?.string == "FutureCursor"
      {
        return try reset(reason + ": FutureCursor")
      }
      let isFinal =
        status.kind == .clientError && status != .tooManyRequests && status != .requestTimeout
      if isFinal, !environment.configuration.isUnattended {
        throw SyncConsumerError(.refused, reason)
      }
      return reason
    }
    environment.observer(.connected(cursor: cursor))
    if cursor == nil, environment.configuration.replaysFromCursor, await hasRepositories() {
      // An earlier run may have ended before it had a position to save, or repositories may have
      // been fetched before the stream was opened.
      missed.request()
    }
    discovery.streamOpened()
    return try await read(frames, after: cursor)
  }

  private func hasRepositories() async -> Bool {
    let first = try? await environment.store.repositories(after: nil, limit: 1)
    return first?.isEmpty != true
  }

  /// A frame that is too large would arrive again after each reconnection, so one that nobody watches
  /// must be read to get past it.
  private var options: TransportOptions {
    TransportOptions(
      maximumResponseBytes: environment.configuration.isUnattended
        ? Self.skippedFrame : SyncLimits.default.frame
    )
  }

  private func request(_ cursor: Int?) -> HTTPRequest {
    HTTPRequest(
      method: .get,
      scheme: environment.configuration.relay.scheme,
      authority: environment.configuration.relay.authority,
      path: "/xrpc/com.atproto.sync.subscribeRepos" + (cursor.map { "?cursor=\($0)" } ?? "")
    )
  }

  private func read(
    _ frames: FrameBatches,
    after cursor: Int?
  ) async throws(SyncConsumerError) -> String {
    var last = cursor ?? 0
    var isFirst = true
    while true {
      // While too many events wait for delivery, the relay waits, too.
      await environment.outbox.waitForRoom()
      let batch: [[UInt8]]
      do {
        guard let next = try await frames.next() else { return "the relay ended the stream" }
        batch = next
      } catch let error as TransportError
        where error.code == .responseTooLarge && environment.configuration.isUnattended
      {
        // Even to skip it would take too much memory: continue after it, and compare.
        environment.counters.countRejection(.tooLarge)
        return try reset("\(error)")
      } catch {
        return "\(error)"
      }
      var count = 0
      var time = ""
      defer { environment.counters.countEvents(count, lastTime: time) }
      for frame in batch {
        let event: FirehoseEvent
        do throws(FirehoseFrameError) {
          event = try FirehoseEvent(frame: frame)
        } catch {
          // "The client should drop the entire connection", but the frame would then arrive again,
          // and again, until somebody repairs the relay.
          guard environment.configuration.isUnattended else { return "\(error)" }
          environment.counters.countRejection(error.code == .tooLarge ? .tooLarge : .malformed)
          environment.observer(.malformedFrame(reason: "\(error)"))
          continue
        }
        if case .error(let name, let message) = event.content {
          return try end(name, message ?? "")
        }
        if case .info(let name, let message) = event.content {
          environment.observer(.notice(name: name, message: message ?? ""))
          if name == "OutdatedCursor", cursor != nil { missed.request() }
        }
        guard let sequence = event.sequence else { continue }
        // Some relays do not report that a cursor is ahead of their stream.
        if isFirst, let cursor, sequence < cursor {
          return try reset("the relay is at \(sequence), before the saved position \(cursor)")
        }
        if isFirst, cursor == nil {
          do {
            try await begin(before: sequence)
          } catch {
            return "cannot save the position in the stream: \(error)"
          }
        }
        isFirst = false
        guard sequence > last else { continue }
        last = sequence
        count += 1
        time = event.time
        await pass(event, sequence, frame.count)
      }
    }
  }

  /// Saves the position before the first event: otherwise, a restart before the next save would
  /// begin with new events.
  private func begin(before sequence: Int) async throws {
    progress.start(after: sequence - 1)
    guard let cursor = progress.savedCursor else { return }
    var changes = SyncChanges()
    changes.cursors[environment.streamName] = cursor
    try await environment.outbox.apply(changes)
  }

  private func end(_ name: String, _ message: String) throws(SyncConsumerError) -> String {
    if name == "FutureCursor" { return try reset("\(name): \(message)") }
    return "\(name): \(message)"
  }

  /// The saved position is ahead of the stream.
  ///
  /// "Most clients should not reset sequence state without human operator intervention" (Event
  /// Stream specification, "Sequence Numbers"). A service that is unattended continues with new
  /// events, and checks all repositories.
  private func reset(_ reason: String) throws(SyncConsumerError) -> String {
    guard environment.configuration.isUnattended else {
      throw SyncConsumerError(.futureCursor, reason)
    }
    progress.restart(at: nil)
    environment.observer(.reset(reason: reason))
    return reason
  }

  private func pass(_ event: FirehoseEvent, _ sequence: Int, _ size: Int) async {
    progress.begin(sequence)
    guard let did = try? DID(event.did), isWanted(did, event) else {
      return progress.finish([sequence])
    }
    await group(of: did).inbox.send(event, size: size)
  }

  /// Most events of the network are not about repositories that are tracked.
  private func isWanted(_ did: DID, _ event: FirehoseEvent) -> Bool {
    tracked.contains(did) || environment.configuration.boundary.includes(event)
  }

  func group(of did: DID) -> RepositoryGroup { groups.group(of: did) }
}

extension [RepositoryGroup] {
  /// The group that follows a repository.
  func group(of did: DID) -> RepositoryGroup {
    self[Int(UInt(bitPattern: did.hashValue) % UInt(count))]
  }
}
