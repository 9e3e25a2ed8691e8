package import HTTPTypes

/// A transport that can return all messages of a WebSocket that have arrived together. For a service
/// with thousands of messages per second, that saves a wake-up for each of them.
package protocol FrameBatchTransport: HTTPTransport {
  /// Opens a WebSocket with `request`.
  ///
  /// - Parameter bufferedBytes: the size of the messages at which the socket is no longer read.
  func openBatches(
    _ request: HTTPRequest,
    options: TransportOptions,
    bufferedBytes: Int
  ) async throws(TransportError) -> FrameBatchOpening
}

/// The answer to a request for a WebSocket whose messages are read in batches.
package enum FrameBatchOpening: Sendable {
  case opened(FrameBatches, head: HTTPResponse)
  case refused(HTTPTransportResponse)
}

/// Binary messages in the order in which they arrived. Releasing the last reference closes the
/// socket.
package struct FrameBatches: Sendable {
  private let read: @Sendable () async throws -> [[UInt8]]?

  package init(_ read: @escaping @Sendable () async throws -> [[UInt8]]?) {
    self.read = read
  }

  /// Returns the next messages, at least one, or nil if the peer closed the connection in an orderly
  /// way. Only one task may read at a time.
  package func next() async throws -> [[UInt8]]? { try await read() }
}

extension HTTPTransport {
  /// Opens a WebSocket whose messages are read in batches, which have one message each if the
  /// transport cannot do better.
  package func openFrames(
    _ request: HTTPRequest,
    options: TransportOptions,
    bufferedBytes: Int = 128 << 10
  ) async throws(TransportError) -> FrameBatchOpening {
    if let transport = self as? any FrameBatchTransport {
      return try await transport.openBatches(
        request,
        options: options,
        bufferedBytes: bufferedBytes
      )
    }
    switch try await openWebSocket(request, options: options) {
    case .opened(let frames, let head):
      // All iterators of a stream read the same buffer.
      return .opened(
        FrameBatches {
          var iterator = frames.makeAsyncIterator()
          return try await iterator.next().map { [$0] }
        },
        head: head
      )
    case .refused(let response): return .refused(response)
    }
  }
}
