extension ByteStream {
  /// Creates the body of a response for the users of a transport. It is no longer than the options
  /// allow, each chunk must arrive within their idle timeout, and every failure is a
  /// ``TransportError``.
  package init(
    ofResponse length: Int?,
    _ options: TransportOptions,
    open: @escaping @Sendable () async throws -> Pull
  ) {
    let chunks = ByteStream(length: length) {
      // Called for one chunk after another, but from a new task each time.
      nonisolated(unsafe) let pull = try await open()
      return {
        let answer = await withTimeout(options.idleTimeout) {
          await Result { try await pull() }
        }
        if Task.isCancelled { throw TransportError.cancelled }
        guard let answer else {
          throw TransportError(
            code: .timedOut,
            reason: "no further part of the response arrived within \(options.idleTimeout)"
          )
        }
        return try answer.get()
      }
    }
    self = chunks.bounded(byResponseLimitOf: options)
  }

  /// Limits the body of a response to the options' `maximumResponseBytes`.
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
