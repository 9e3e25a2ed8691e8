import HTTPTypes
import ServiceKit
import XRPC
import XRPCServer

/// Authenticates the administrator, and limits password guessing.
struct AdminGate: Sendable {
  private let administrator: Administrator
  private let guesses = RateLimiter([.perMinutes(5, 100)])

  init(_ administrator: Administrator) {
    self.administrator = administrator
  }

  /// Throws 401 unless the request is from the administrator, and 429 after a hundred wrong passwords
  /// from one network.
  ///
  /// - Parameter network: the client's network; nil if it is unknown.
  func check(_ context: XRPCContext, from network: String?) async throws {
    let network = network ?? ""
    let status = guesses.consume(0, by: network)
    guard status.remaining > 0 else { throw status.error }
    do {
      try await administrator.check(context)
    } catch {
      // Browsers ask without a password first.
      if context.headers[.authorization] != nil { _ = guesses.consume(by: network) }
      throw error
    }
  }
}
