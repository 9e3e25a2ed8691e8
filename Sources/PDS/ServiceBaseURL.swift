import Synchronization

/// The URL at which clients reach the server: `https` and the hostname; plain HTTP and the port for
/// `localhost`; or, in development, that of the socket, whose port is known only once the server is
/// listening.
final class ServiceBaseURL: Sendable {
  private let current: Mutex<String>

  init(_ configuration: PDSConfiguration) {
    current = Mutex(
      configuration.isDevelopment || configuration.hostname == "localhost"
        ? "http://\(configuration.hostname):\(configuration.port)"
        : "https://\(configuration.hostname)"
    )
  }

  var url: String {
    get { current.withLock { $0 } }
    set { current.withLock { $0 = newValue } }
  }
}
