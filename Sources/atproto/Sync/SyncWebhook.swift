import ATProtoData
import ATProtoHTTP
import ATProtoSyntax
import Foundation
import HTTPTypes
import VerifiedSync
import XRPCAsyncHTTPClient

/// Sends each event to a URL. A response of status 2xx acknowledges it; after any other one, or none,
/// it is sent again.
struct SyncWebhook: Sendable {
  /// The requests at once, each for another repository or for history.
  private static let parallelism = 10
  private static let firstDelay = Duration.seconds(1)
  private static let longestDelay = Duration.seconds(60)

  private let url: HTTPURL
  private let fields: HTTPFields
  private let timeout: Duration
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
      try await tasks.waitForAll()
    }
  }

  private func sendEvents(_ consumer: SyncConsumer) async throws {
    var failures = 0
    for try await delivery in consumer.deliveries {
      if await send(delivery.event) {
        failures = 0
        delivery.acknowledge()
      } else {
        failures += 1
        delivery.release()
        let delay = min(Self.firstDelay * (1 << min(failures - 1, 10)), Self.longestDelay)
        try? await Task.sleep(for: delay)
      }
    }
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
