extension ByteStream {
  /// The body of a response as a transport's users get it: no longer than the options allow, the
  /// next chunk within their idle timeout, and a ``TransportError`` for whatever goes wrong.
  package init(
    ofResponse length: Int?,
    _ options: TransportOptions,
    open: @escaping @Sendable () async throws -> Pull
  ) {
    let chunks = ByteStream(length: length) {
      // Asked for one chunk after the other, though from tasks of their own.
      nonisolated(unsafe) let pull = try await open()
      return {
        let answer = await withTimeout(options.idleTimeout) {
          await Result { try await pull() }
        }
        if Task.isCancelled { throw TransportError.cancelled }
        guard let answer else {
          throw TransportError(
            code: .timedOut,
            reason: "nothing more of the response within \(options.idleTimeout)"
          )
        }
        return try answer.get()
      }
    }
    let maximum = options.maximumResponseBytes
    self = chunks.bounded(by: maximum) {
      TransportError(
        code: .responseTooLarge,
        reason: "the response is longer than \(maximum) bytes"
      )
    }
  }
}
