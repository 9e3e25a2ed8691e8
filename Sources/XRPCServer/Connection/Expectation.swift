import HTTPTypes
import NIOCore
import Synchronization

/// What a client with `Expect: 100-continue` waits for before it sends a body.
///
/// An "origin server MUST send either" a final status that can be told from the head, or 100
/// (RFC 9110, 10.1.1). So nothing is sent before somebody reads the body.
final class Expectation: Sendable {
  private let channel: any Channel
  private let isMet: Atomic<Bool>

  init(_ request: HTTPRequest, on channel: any Channel) {
    self.channel = channel
    isMet = Atomic(request.headerFields[.expect]?.lowercased() != "100-continue")
  }

  /// Whether the client still waits, so that nobody can know whether a body will come.
  var isOpen: Bool { !isMet.load(ordering: .relaxed) }

  func meet() {
    guard !isMet.exchange(true, ordering: .relaxed) else { return }
    channel.triggerUserOutboundEvent(BodyExpected(), promise: nil)
  }
}
