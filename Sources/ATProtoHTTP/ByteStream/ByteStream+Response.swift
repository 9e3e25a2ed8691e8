extension ByteStream {
  /// Creates the body of a response as a transport's users get it: no longer than the options allow,
  /// the next chunk within their idle timeout, and a ``TransportError`` for every failure.
  package init(
    ofResponse length: Int?,
    _ options: TransportOptions,
    open: @escaping @Sendable () async throws -> Pull
  ) {
    let chunks = ByteStream(length: length) {
      // Called for one chunk after the other, but from a new task each time.
      nonisolated(unsafe) let pull = try await open()
      return {
        let answer = await withTimeout(options.idleTimeout) {
          await Result { try await pull() }
        }
        if Task.isCancelled { throw TransportError.cancelled }
        guard let answer else {
          throw TransportError(
            code: .timedOut,
            reason: "no more of the response within \(options.idleTimeout)"
          )
        }
        return try answer.get()
      }
    }
    self = chunks.bounded(byResponseLimitOf: options)
  }

  /// Bounds the body of a response by the options' `maximumResponseBytes`.
  func bounded(byResponseLimitOf options: TransportOptions) -> ByteStream {
    let maximum = options.maximumResponseBytes
    return bounded(by: maximum) {
      TransportError(
        code: .responseTooLarge,
        reason: "the response is longer than \(maximum) bytes"
      )
    }
  }
}
