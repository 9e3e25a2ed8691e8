import ATProtoData
import ArgumentParser
import ComAtprotoAPI
import Foundation
import Logging
import XRPC
import XRPCAsyncHTTPClient
import XRPCClient
import XRPCServer

/// Event streams over loopback, with server and clients in this process.
struct StreamsCommand: AsyncParsableCommand {
  typealias Subscription = ComAtproto.Sync.SubscribeRepos

  static let configuration = CommandConfiguration(
    commandName: "streams",
    abstract: "Send one stream to many subscribers, idle and stalled ones, and the typed client."
  )

  @OptionGroup var dataset: Dataset

  @Option(help: "Number of subscribers that read.")
  var subscribers = 100

  @Option(help: "Number of events, of 4 KB each, sent to every subscriber.")
  var events = 10_000

  @Option(help: "Number of idle subscribers.")
  var idle = 2_000

  @Option(help: "Number of messages that the typed client reads.")
  var messages = 200_000

  private static let path = "/xrpc/\(Subscription.nsid)"
  private static let payload = [UInt8](repeating: 7, count: 4_096)
  /// Including the header of the WebSocket frame.
  private static let wireBytes = 4_100
  /// How far the slowest reader may lag behind, in events, so that the publisher does not overrun
  /// the ring.
  private static let window = 2_000

  func run() async throws {
    raiseDescriptorLimit()
    try await fanOut()
    try await holdIdle()
    try await readTyped()
  }

  private func fanOut() async throws {
    let log = MemoryEventLog()
    let (port, server) = try await serve(log)
    defer { server.cancel() }
    let sockets = try (0..<subscribers).map { _ in try LoopbackSocket(port: port) }
    let stalled = try LoopbackSocket(port: port)
    for socket in sockets + [stalled] { try socket.openWebSocket(Self.path) }
    try await Task.sleep(for: .milliseconds(200))
    let readers = StreamReaders(sockets)
    let memory = ResidentMemory.now
    let start = ContinuousClock.now
    let used = CPUClock.now
    for sequence in 1...events {
      log.append(SequencedFrame(sequence: sequence, bytes: Self.payload))
      while sequence - (try received(readers)) > Self.window { usleep(50) }
    }
    while try received(readers) < events { usleep(50) }
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    let frames = Double(events * subscribers)
    print(
      String(
        format: "fan-out to %d: %.0f frames/s, %.2f µs of CPU per frame with readers; %.0f MB/s",
        subscribers,
        frames / seconds,
        (CPUClock.now - used) / frames * 1e6,
        frames * Double(Self.wireBytes) / seconds / 1e6
      )
    )
    print(
      String(
        format: "one more subscriber stalled: memory %.0f MB, %.0f MB before",
        ResidentMemory.now,
        memory
      )
    )
    withExtendedLifetime(stalled) {}
  }

  private func received(_ readers: StreamReaders) throws -> Int {
    guard let bytes = readers.bytes else { throw ValidationError("a reader was closed") }
    return bytes / Self.wireBytes
  }

  private func holdIdle() async throws {
    let (port, server) = try await serve(MemoryEventLog())
    defer { server.cancel() }
    let memory = ResidentMemory.now
    let sockets = try (0..<idle).map { _ in try LoopbackSocket(port: port) }
    for socket in sockets { try socket.openWebSocket(Self.path) }
    print(
      String(
        format: "%d idle subscribers: %.0f MB more, %.1f KB each; %.0f MB in total",
        idle,
        ResidentMemory.now - memory,
        (ResidentMemory.now - memory) / Double(idle) * 1e3,
        ResidentMemory.now
      )
    )
    withExtendedLifetime(sockets) {}
  }

  private func readTyped() async throws {
    let frames = try dataset.framed("frames.bin")
    guard !frames.isEmpty else { throw ValidationError("the dataset has no frames") }
    let log = MemoryEventLog(maximumCount: messages)
    for sequence in 1...messages {
      // Repeated frames share their bytes.
      log.append(SequencedFrame(sequence: sequence, bytes: frames[sequence % frames.count]))
    }
    let (port, server) = try await serve(log)
    defer { server.cancel() }
    guard let service = ServiceEndpoint("http://127.0.0.1:\(port)") else {
      throw ValidationError("no endpoint")
    }
    let client = XRPCClient(service: service, transport: AsyncHTTPClientTransport.shared)
    let start = ContinuousClock.now
    let used = CPUClock.now
    var events = try await client.subscribe(Subscription.self, .init(cursor: 0))
      .makeAsyncIterator()
    var bytes = 0
    for _ in 0..<messages {
      guard case .commit(let commit) = try await events.next() else {
        throw ValidationError("no commit")
      }
      bytes += commit.blocks.count
    }
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    print(
      String(
        format: "typed client: %.0f #commit/s, %.1f µs of CPU each with the server's; %.0f MB/s",
        Double(messages) / seconds,
        (CPUClock.now - used) / Double(messages) * 1e6,
        Double(bytes) / seconds / 1e6
      )
    )
  }

  private func serve(
    _ log: MemoryEventLog
  ) async throws -> (UInt16, Task<Void, any Error>) {
    let broadcast = EventBroadcast(log: log)
    let route = XRPCRoute.subscription(
      Subscription.self,
      sharing: { try await broadcast.subscribe(cursor: $0.parameters.cursor) { _ in nil } }
    )
    var logger = Logger(label: "benchmark")
    logger.logLevel = .critical
    let configuration = XRPCServerConfiguration(port: 0)
    let server = XRPCServer([route], configuration: configuration, logger: logger)
    let (ports, continuation) = AsyncStream<Int>.makeStream()
    let task = Task { try await server.run(server.application { continuation.yield($0) }) }
    var iterator = ports.makeAsyncIterator()
    guard let port = await iterator.next() else { throw CancellationError() }
    return (UInt16(port), task)
  }

  /// Both ends of all sockets are in this process.
  private func raiseDescriptorLimit() {
    #if canImport(Glibc)
    let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    #else
    let resource = RLIMIT_NOFILE
    #endif
    var limit = rlimit()
    getrlimit(resource, &limit)
    limit.rlim_cur = min(limit.rlim_max, rlim_t(2 * (idle + subscribers) + 200))
    setrlimit(resource, &limit)
  }
}
