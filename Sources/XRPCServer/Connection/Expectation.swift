import HTTPTypes
import NIOCore
import Synchronization

/// The expectation of a client that sends `Expect: 100-continue` and waits before it sends a body.
///
/// An "origin server MUST send either" a final status, if the head suffices to determine it, or 100
/// (RFC 9110, 10.1.1). Therefore 100 is sent only when a handler starts to read the body.
final class Expectation: Sendable {
  private let channel: any Channel
  private let isMet: Atomic<Bool>

  init(_ request: HTTPRequest, on channel: any Channel) {
    self.channel = channel
    isMet = Atomic(request.headerFields[.expect]?.lowercased() != "100-continue")
  }

  /// Whether the client still waits, so that it is unknown whether a body will follow.
  var isOpen: Bool { !isMet.load(ordering: .relaxed) }

  /// Tells the client to send the body.
  func meet() {
    guard !isMet.exchange(true, ordering: .relaxed) else { return }
    channel.triggerUserOutboundEvent(BodyExpected(), promise: nil)
  }
}

/// An event from a handler to its connection: the body is wanted now.
struct BodyExpected: Sendable {}
