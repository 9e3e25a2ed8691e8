import Foundation
import NIOCore
import RelayTestSupport
import Synchronization

/// A host that sends events up to a limit, which rises.
final class HostFeed: Sendable {
  private struct State {
    var limit = 0
    /// The position of the newest connection.
    var position = 0
    var socket: SimulatedSocket?
  }

  /// The most bytes in one write.
  private static let batch = 128 << 10

  let port: Int
  private let server: SimulatedServer
  private let shared: Shared

  private final class Shared: Sendable {
    let state = Mutex(State())
  }

  init(_ host: Int, _ events: any HostEvents, _ group: any EventLoopGroup) async throws {
    let shared = Shared()
    self.shared = shared
    server = try await SimulatedServer(on: group) { request in
      switch request.path {
      case "/xrpc/com.atproto.server.describeServer": .json(#"{"did":"did:web:localhost"}"#)
      case "/xrpc/com.atproto.sync.subscribeRepos":
        .socket { socket in
          shared.state.withLock { state in
            state.socket = socket
            state.position = request.query["cursor"].flatMap { Int($0) } ?? state.position
          }
          return { Self.next(shared, host, events) }
        }
      default: .json("{}", status: 404)
      }
    }
    port = server.port
  }

  var isConnected: Bool { shared.state.withLock { $0.socket?.isOpen ?? false } }

  /// The events that were sent.
  var sent: Int { shared.state.withLock { $0.position } }

  /// Lets events up to a position be sent.
  func raise(to limit: Int) {
    let socket = shared.state.withLock { state -> SimulatedSocket? in
      guard limit > state.limit else { return nil }
      state.limit = limit
      return state.socket
    }
    socket?.wake()
  }

  private static func next(
    _ shared: Shared,
    _ host: Int,
    _ events: any HostEvents
  ) -> ByteBuffer? {
    shared.state.withLock { state in
      guard state.position < state.limit else { return nil }
      let time = EventTime.text
      var buffer = ByteBufferAllocator().buffer(capacity: 16 << 10)
      while state.position < state.limit, buffer.readableBytes < batch {
        events.append(state.position, of: host, time: time, to: &buffer)
        state.position += 1
      }
      return buffer
    }
  }
}

/// Lets hosts send, all at once or at a rate.
actor Release {
  private let feeds: [HostFeed]
  private let perRound: Int
  private var released = 0
  private var pace: Task<Void, Never>?

  init(_ feeds: [HostFeed], perRound: Int) {
    self.feeds = feeds
    self.perRound = perRound
  }

  /// - Parameter rate: events per second of all hosts; 0 for no limit.
  func start(rounds: Int, rate: Double) {
    pace?.cancel()
    let target = rounds * perRound
    let base = released
    released = target
    guard rate > 0 else {
      for feed in feeds { feed.raise(to: target) }
      return
    }
    let feeds = feeds
    pace = Task {
      let start = ContinuousClock.now
      while !Task.isCancelled {
        let each = (ContinuousClock.now - start) / .seconds(1) * rate / Double(feeds.count)
        for (host, feed) in feeds.enumerated() {
          // Hosts do not all send at the same moment.
          let share = Int(each + Double(host) / Double(feeds.count))
          feed.raise(to: min(base + share, target))
        }
        if base + Int(each) >= target { return }
        try? await Task.sleep(for: .milliseconds(5))
      }
    }
  }
}

/// The time of an event with microseconds, always of the same length.
enum EventTime {
  static var text: [UInt8] {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    var parts = tm()
    var seconds = time.tv_sec
    gmtime_r(&seconds, &parts)
    return Array(
      String(
        format: "%04d-%02d-%02dT%02d:%02d:%02d.%06dZ",
        Int(parts.tm_year) + 1900,
        Int(parts.tm_mon) + 1,
        Int(parts.tm_mday),
        Int(parts.tm_hour),
        Int(parts.tm_min),
        Int(parts.tm_sec),
        time.tv_nsec / 1000
      ).utf8
    )
  }

  /// Microseconds since midnight, in UTC.
  static func microseconds(_ text: some Collection<UInt8>) -> Int? {
    let bytes = Array(text)
    guard bytes.count == RelaySample.time.utf8.count else { return nil }
    func number(_ range: Range<Int>) -> Int {
      bytes[range].reduce(0) { $0 * 10 + Int($1) - 48 }
    }
    return ((number(11..<13) * 60 + number(14..<16)) * 60 + number(17..<19)) * 1_000_000
      + number(20..<26)
  }
}

/// The number of sockets that this process may have.
enum DescriptorLimit {
  static func raise(to count: Int) {
    #if canImport(Glibc)
    let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    #else
    let resource = RLIMIT_NOFILE
    #endif
    var limit = rlimit()
    getrlimit(resource, &limit)
    limit.rlim_cur = max(limit.rlim_cur, min(limit.rlim_max, rlim_t(count)))
    setrlimit(resource, &limit)
  }
}
