import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Synchronization
import XRPC

/// The event streams of a server: which requests open one, and how many are open.
final class EventStreams: Sendable {
  let configuration: EventStreamConfiguration
  let logger: Logger
  private let router: XRPCRouter
  private let count = Atomic(0)

  init(_ router: XRPCRouter, configuration: EventStreamConfiguration, logger: Logger) {
    self.router = router
    self.configuration = configuration
    self.logger = logger
  }

  /// Other requests are answered as any: 405, 501, or the answer of a method that is no stream.
  func isStream(_ head: HTTPRequest) -> Bool {
    (try? router.route(for: head))?.kind == .subscription
  }

  /// Counts a stream until its connection closes.
  func enter(_ channel: any Channel) throws(XRPCServerError) {
    guard count.add(1, ordering: .relaxed).newValue <= configuration.maximumStreams else {
      count.subtract(1, ordering: .relaxed)
      throw .notEnoughResources("too many streams are open")
    }
    channel.closeFuture.whenComplete { _ in self.count.subtract(1, ordering: .relaxed) }
  }

  func open(
    _ head: HTTPRequest,
    remoteAddress: String?,
    _ requestID: String
  ) async -> XRPCRouter.Opening {
    await router.openEventStream(
      XRPCServerRequest(
        head: head,
        remoteAddress: remoteAddress,
        requestID: requestID
      )
    )
  }

  func log(_ head: HTTPRequest, _ response: XRPCServerResponse, _ channel: any Channel) {
    RequestLog(request: head, answer: response, duration: .zero)
      .write(to: logger, remoteAddress: channel.remoteAddress?.ipAddress)
  }
}
