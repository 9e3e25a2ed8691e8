import ATProtoData
import ATProtoSyntax
import ServiceLifecycle
import VerifiedSync

/// A consumer with its outputs, except WebSockets.
struct SyncWork: Service {
  let consumer: SyncConsumer
  let dids: [DID]
  let prints: Bool
  let webhook: SyncWebhook?

  func run() async throws {
    try await cancelWhenGracefulShutdown {
      try await withThrowingTaskGroup(of: Void.self) { tasks in
        if !dids.isEmpty { try await consumer.add(dids) }
        tasks.addTask { try await consumer.run() }
        if prints { tasks.addTask { try await printEvents() } }
        if let webhook { tasks.addTask { try await webhook.run(consumer) } }
        // The consumer ends all of them.
        while try await tasks.next() != nil {}
      }
    }
  }

  private func printEvents() async throws {
    for try await delivery in consumer.deliveries {
      // An event that could not be written must not be acknowledged.
      try Console.bytes(delivery.event.json.jsonBytes() + [UInt8(ascii: "\n")])
      delivery.acknowledge()
    }
  }
}
