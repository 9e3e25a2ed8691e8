import NIOSSL
import Synchronization

/// The TLS context of a transport's WebSockets, created for the first of them.
///
/// A context loads all root certificates, which takes milliseconds and half a megabyte.
final class WebSocketTLS: Sendable {
  private let configuration: TLSConfiguration
  private let context = Mutex<NIOSSLContext?>(nil)

  /// - Parameter configuration: nil for the system's.
  init(_ configuration: TLSConfiguration?) {
    self.configuration = configuration ?? .makeClientConfiguration()
  }

  func shared() throws -> NIOSSLContext {
    try context.withLock { context in
      if let context { return context }
      let created = try NIOSSLContext(configuration: configuration)
      context = created
      return created
    }
  }
}
