import ATProtoHTTP
import ATProtoRepo
import CoreMetrics
import HTTPTypes
import Synchronization

/// One connection to the firehose of a host.
struct HostConnection: Sendable {
  /// How a connection ended.
  enum End: Sendable {
    case lost(HostState.LossReason, String)
    case refused(status: Int)
    case errorFrame(name: String, message: String?)
    case relay
  }

  /// The size of unread messages at which the socket is no longer read until the relay catches up.
  private static let bufferedBytes = 128 << 10
  /// The time for the handshake, and the largest message.
  private static let options = TransportOptions(
    timeout: .seconds(5),
    maximumResponseBytes: SyncLimits.default.frame
  )

  let host: HostLink
  let context: HostContext

  /// Opens a connection and reads until it ends.
  ///
  /// - Parameter attempt: names the connection in calls of the host.
  func run(from cursor: HostState.Cursor, attempt: Int) async -> End {
    let opening: FrameBatchOpening
    do {
      let request = request(cursor)
      let isProven = host.isProven.load(ordering: .relaxed)
      opening = try await context.handshakes.run(host.domain, isProven: isProven) {
        try await context.transport.openFrames(
          request,
          options: Self.options,
          bufferedBytes: Self.bufferedBytes
        )
      }
    } catch {
      if !Task.isCancelled { host.isProven.store(false, ordering: .relaxed) }
      return Self.end(error)
    }
    let isOpened = if case .opened = opening { true } else { false }
    host.isProven.store(isOpened, ordering: .relaxed)
    switch opening {
    case .refused(let response):
      return HostCalls.isRelay(response.head)
        ? .relay : .refused(status: response.head.status.code)
    case .opened(_, let head) where HostCalls.isRelay(head):
      return .relay
    case .opened(let frames, _):
      host.report(.connected(isRelay: false), attempt)
      do {
        return try await read(frames, attempt)
      } catch {
        return Self.end(error)
      }
    }
  }

  private func request(_ cursor: HostState.Cursor) -> HTTPRequest {
    var target = "/xrpc/com.atproto.sync.subscribeRepos"
    switch cursor {
    case .none: break
    case .after(let sequence): target += "?cursor=\(sequence)"
    case .oldest: target += "?cursor=0"
    }
    let url = host.name.baseURL.at(target) ?? host.name.baseURL
    return url.request(.get, [.userAgent: context.userAgent])
  }

  private func read(_ frames: FrameBatches, _ attempt: Int) async throws -> End {
    var last = 0
    while let batch = try await frames.next() {
      context.metrics.frames.increment(by: batch.count)
      context.metrics.bytes.increment(by: batch.reduce(0) { $0 + $1.count })
      var count = 0
      defer { host.received(count, at: context.clock.now()) }
      for frame in batch {
        try await host.waitForQuota(attempt)
        let event: FirehoseEvent
        do throws(FirehoseFrameError) {
          event = try FirehoseEvent(frame: frame)
        } catch {
          return .lost(.malformedFrame, error.reason)
        }
        switch event.content {
        case .info: host.metrics.warn("info")
        case .unknown: host.metrics.warn("unknownFrame")
        case .error(let name, let message): return .errorFrame(name: name, message: message)
        case .commit, .sync, .identity, .account, .malformed:
          guard let sequence = event.sequence else { continue }
          count += 1
          // Numbers must increase (Event Stream specification, "Sequence Numbers"); gaps are
          // allowed.
          guard sequence > last else {
            host.metrics.warn("sequenceNotRising")
            continue
          }
          last = sequence
          try await host.submit(event, sequence, size: frame.count, attempt)
        }
      }
    }
    return .lost(.lost, "the host closed the connection")
  }

  private static func end(_ error: any Error) -> End {
    guard let error = error as? TransportError else { return .lost(.lost, "\(error)") }
    switch error.code {
    case .timedOut: return .lost(.silent, error.reason)
    case .responseTooLarge: return .lost(.malformedFrame, error.reason)
    default: return .lost(.lost, error.reason)
    }
  }
}
