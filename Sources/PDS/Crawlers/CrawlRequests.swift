import ATProtoData
import ATProtoHTTP
import ATProtoSyntax
import ComAtprotoAPI
import Logging
import Synchronization
import XRPC
import XRPCClient
import XRPCServer

/// Asks relays to subscribe to the firehose when there are new events, at most every twenty minutes,
/// as the reference implementation does.
final class CrawlRequests: Sendable {
  static let interval = Duration.seconds(20 * 60)

  private let relays: [XRPCClient]
  private let baseURL: ServiceBaseURL
  private let logger: Logger
  private let last = Mutex<ContinuousClock.Instant?>(nil)

  /// - Parameter baseURL: the URL of this server, whose host and port relays connect to.
  init(
    _ configuration: PDSConfiguration,
    _ baseURL: ServiceBaseURL,
    _ transport: any HTTPTransport,
    _ logger: Logger
  ) {
    relays = configuration.crawlers.map { url in
      XRPCClient(
        service: ServiceEndpoint(url),
        transport: transport,
        options: TransportOptions(timeout: .seconds(30), maximumResponseBytes: 64 << 10)
      )
    }
    self.baseURL = baseURL
    self.logger = logger
  }

  /// Requests crawls from now on when there are new events, for as long as the log exists.
  func follow(_ signal: EventSignal) {
    guard !relays.isEmpty else { return }
    let wakeUps = signal.wakeUps()
    Task { for await _ in wakeUps { eventsCame() } }
  }

  /// Called when there are new events; returns immediately.
  func eventsCame(at now: ContinuousClock.Instant = .now) {
    guard !relays.isEmpty else { return }
    let isDue = last.withLock { last in
      if let last, now - last < Self.interval { return false }
      last = now
      return true
    }
    guard isDue else { return }
    for relay in relays { Task { await request(relay) } }
  }

  private func request(_ relay: XRPCClient) async {
    // A relay needs the port of a server on this machine, and no port otherwise.
    guard let hostname = HTTPURL(baseURL.url)?.authority else { return }
    do {
      try await relay.comAtproto.sync.requestCrawl(.init(hostname: hostname))
    } catch {
      logger.warning(
        "cannot request a crawl",
        metadata: ["relay": "\(relay.service)", "error": "\(error)"]
      )
    }
  }
}
