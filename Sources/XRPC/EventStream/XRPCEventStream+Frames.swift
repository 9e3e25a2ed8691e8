package import ATProtoData

extension XRPCEventStream {
  /// Returns the stream as binary WebSocket messages: each call returns the next one, or nil at the
  /// end. Errors of the handler are thrown; the server turns them into an error frame.
  func frames(nsid: String) -> @Sendable () async throws -> [UInt8]? {
    { [produce] in try await produce()?.frameBytes(nsid: nsid) }
  }

  /// Decodes the messages of a stream of binary WebSocket messages. Frames with an unknown `op` are
  /// skipped.
  package init(
    frames: AsyncThrowingStream<[UInt8], any Error>,
    nsid: String,
    limits: DataLimits
  ) {
    self.init {
      var iterator = frames.makeAsyncIterator()
      while let bytes = try await iterator.next() {
        switch try EventStreamFrame(bytes: bytes, limits: limits) {
        case .message(let type, let payload):
          return try Message(framePayload: payload, type: type, nsid: nsid, limits: limits)
        case .error(let body):
          throw XRPCStreamError(body)
        case .unknown:
          continue
        }
      }
      return nil
    }
  }
}
