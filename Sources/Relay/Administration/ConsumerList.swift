import Synchronization
import XRPCServer

/// The consumers that are connected to the relay.
final class ConsumerList: Sendable {
  private let registry = Mutex<StreamRegistry?>(nil)

  /// Names the registry of the server, which is created after everything that it serves.
  func read(_ registry: StreamRegistry) {
    self.registry.withLock { $0 = registry }
  }

  var entries: [StreamEntry] { registry.withLock { $0 }?.entries ?? [] }
}
