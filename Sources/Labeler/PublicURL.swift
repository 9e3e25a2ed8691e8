import ATProtoHTTP
import ServiceKit
import Synchronization

/// The URL at which clients reach the labeler: the configured one, or that of the socket, whose port
/// is known only once the server is listening.
final class PublicURL: Sendable {
  let isConfigured: Bool
  private let current: Mutex<String>

  init(_ configuration: LabelerConfiguration) {
    isConfigured = configuration.publicURL != nil
    current = Mutex(
      configuration.publicURL?.origin ?? configuration.address.url(port: configuration.address.port)
    )
  }

  var text: String { current.withLock { $0 } }

  /// Whether browsers reach the labeler over https.
  var isSecure: Bool { text.hasPrefix("https://") }

  /// - Parameter address: the URL of the socket.
  func listening(at address: String) {
    guard !isConfigured else { return }
    current.withLock { $0 = address }
  }
}
