import ATProtoData
import ATProtoHTTP
import ATProtoSyntax
import Foundation
import HTTPTypes
import Synchronization
import VerifiedSync
import XRPCAsyncHTTPClient

/// Sends each event to a URL. A response of status 2xx acknowledges it; after any other one, or none,
/// it is sent again.
struct SyncWebhook: Sendable {
  /// The requests at once, each for another repository or for history.
  private static let parallelism = 10
  private static let firstDelay = Duration.seconds(1)
  private static let longestDelay = Duration.seconds(10)

  private let url: HTTPURL
  private let fields: HTTPFields
  private let timeout: Duration
  private let failures = Failures()
  private let transport = AsyncHTTPClientTransport.shared

  init(_ url: HTTPURL, _ configuration: SyncCommandConfiguration) {
    self.url = url
    var fields: HTTPFields = [.contentType: "application/json", .userAgent: "lexgen-sync"]
    if let password = configuration.adminPassword {
      let credentials = Data("admin:\(password)".utf8).base64EncodedString()
      fields[.authorization] = "Basic \(credentials)"
    }
    self.fields = fields
    // An event must not be sent again while its request is under way.
    timeout = min(.seconds(30), configuration.consumer.retryTimeout / 2)
  }

  func run(_ consumer: SyncConsumer) async throws {
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      for _ in 0..<Self.parallelism {
        tasks.addTask { try await sendEvents(consumer) }
      }
      while try await tasks.next() != nil {}
    }
  }

  private func sendEvents(_ consumer: SyncConsumer) async throws {
    for try await delivery in consumer.deliveries {
      let id = delivery.event.id
      if await send(delivery.event) {
        failures.counts.withLock { $0[id] = nil }
        delivery.acknowledge()
      } else {
        let count = failures.counts.withLock { counts in
          counts[id, default: 0] += 1
          return counts[id, default: 1]
        }
        // The pause is that of the event: events of other repositories do not wait.
        delivery.retry(
          after: min(Self.firstDelay * (1 << min(count - 1, 10)), Self.longestDelay)
        )
      }
    }
  }

  /// The failed requests for each event that is open.
  private final class Failures: Sendable {
    let counts = Mutex<[Int: Int]>([:])
  }

  private func send(_ event: SyncEvent) async -> Bool {
    let response = try? await transport.send(
      url.request(.post, fields),
      body: event.json.jsonBytes(),
      options: TransportOptions(timeout: timeout, maximumResponseBytes: 64 << 10)
    )
    return response?.head.status.kind == .successful
  }
}
