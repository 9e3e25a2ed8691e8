import ATProtoHTTP
import ATProtoIdentity
import ATProtoLabels
import ATProtoSyntax
import ComAtprotoAPI
import HTTPTypes
import Synchronization
import Testing
import XRPC
import XRPCClient

/// A labeler's event stream, as the test writes it.
final class TestStream: HTTPTransport {
  typealias SubscribeLabels = ComAtproto.Label.SubscribeLabels

  /// A connection of a follower.
  struct Connection: Sendable {
    let url: String
    let frames: AsyncThrowingStream<[UInt8], any Error>.Continuation

    func send(_ sequence: Int, _ labels: Label...) throws {
      try send(sequence, labels)
    }

    func send(_ sequence: Int, _ labels: [Label]) throws {
      let event = SubscribeLabels.Labels(seq: sequence, labels: labels)
      frames.yield(try SubscribeLabels.frame(.labels(event)))
    }

    func fail(_ name: String) {
      frames.yield(EventStreamFrame.error(XRPCErrorBody(name: name)).bytes())
      frames.finish()
    }
  }

  private let connections = AsyncStream<Connection>.makeStream()

  func send(
    _ request: HTTPRequest,
    body: [UInt8]?,
    options: TransportOptions
  ) async throws(TransportError) -> HTTPTransportResponse {
    throw TransportError(code: .unsupported, reason: "only streams are served")
  }

  func openWebSocket(
    _ request: HTTPRequest,
    options: TransportOptions
  ) async throws(TransportError) -> WebSocketOpening {
    let (stream, continuation) = AsyncThrowingStream<[UInt8], any Error>.makeStream()
    let url = "\(request.scheme ?? "")://\(request.authority ?? "")\(request.path ?? "")"
    connections.continuation.yield(Connection(url: url, frames: continuation))
    return .opened(stream, head: HTTPResponse(status: .switchingProtocols))
  }

  /// Waits for the next connection.
  func next() async throws -> Connection {
    var iterator = connections.stream.makeAsyncIterator()
    return try #require(await iterator.next())
  }
}

/// A follower that runs during a test. Its pauses take no time; they move the clock.
struct FollowedLabeler {
  let directory = TestDirectory()
  let stream = TestStream()
  let index = MemoryLabelIndex()
  let clock = TestClock()
  private let events = AsyncStream<LabelFollowerEvent>.makeStream()

  /// - Parameters:
  ///   - pause: called for each pause, before the clock moves.
  ///   - body: the test; the follower stops after it.
  static func run(
    _ labeler: TestLabeler,
    pausing pause: @escaping @Sendable (FollowedLabeler) -> Void = { _ in },
    _ body: (FollowedLabeler) async throws -> Void
  ) async throws {
    let followed = FollowedLabeler()
    followed.directory.publish(labeler.document())
    let follower = LabelFollower(
      labeler: labeler.did,
      index: followed.index,
      verifier: LabelVerifier(
        directory: followed.directory,
        now: { [clock = followed.clock] in clock.now }
      ),
      transport: followed.stream,
      policy: ReconnectPolicy(initialDelay: .milliseconds(1), maximumDelay: .seconds(30)),
      observer: { followed.events.continuation.yield($0) },
      sleep: { duration in
        try Task.checkCancellation()
        pause(followed)
        followed.clock.advance(by: duration)
      }
    )
    let task = Task { try await follower.run() }
    do {
      try await body(followed)
    } catch {
      task.cancel()
      throw error
    }
    task.cancel()
    try await task.value
  }

  /// Waits for an event, and skips others.
  func wait(until isMatch: (LabelFollowerEvent) -> Bool) async throws {
    var iterator = events.stream.makeAsyncIterator()
    while let event = await iterator.next() {
      if isMatch(event) { return }
    }
    Issue.record("the follower ended")
  }

  /// Waits until the cursor is stored.
  func wait(forCursor cursor: Int) async throws {
    try await wait { if case .applied(_, cursor) = $0 { true } else { false } }
    #expect(index.cursor(of: TestLabeler().did) == cursor)
  }

  func values(on subject: String = Sample.post, _ labeler: TestLabeler) -> [String] {
    index.labels(on: [subject], from: [labeler.did]).map(\.val).sorted()
  }
}
