import ATProtoData
import ATProtoHTTP
import ATProtoSyntax
import ComAtprotoAPI
import HTTPTypes
import Logging
import Synchronization
import XRPC

/// Asks relays to subscribe to the firehose: when there is something new, and not more often than
/// every twenty minutes, as the reference implementation does.
final class CrawlRequests: Sendable {
  static let interval = Duration.seconds(20 * 60)

  private let relays: [HTTPURL]
  private let hostname: String
  private let transport: any HTTPTransport
  private let logger: Logger
  private let last = Mutex<ContinuousClock.Instant?>(nil)

  init(_ configuration: PDSConfiguration, _ transport: any HTTPTransport, _ logger: Logger) {
    relays = configuration.crawlers
    hostname = configuration.hostname
    self.transport = transport
    self.logger = logger
  }

  /// Called when there are new events; returns at once.
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

  private func request(_ relay: HTTPURL) async {
    typealias Method = ComAtproto.Sync.RequestCrawl
    guard let url = relay.at("/xrpc/\(Method.nsid)") else { return }
    do throws(TransportError) {
      let response = try await transport.send(
        url.request(.post, [.contentType: "application/json"]),
        body: Method.Input(hostname: hostname).jsonBytes(),
        options: TransportOptions(timeout: .seconds(30), maximumResponseBytes: 64 << 10)
      )
      guard response.head.status.kind != .successful else { return }
      logger.warning(
        "a relay refused to crawl",
        metadata: ["relay": "\(relay.origin)", "status": "\(response.head.status.code)"]
      )
    } catch {
      logger.warning(
        "a relay could not be asked to crawl",
        metadata: ["relay": "\(relay.origin)", "error": "\(error)"]
      )
    }
  }
}
