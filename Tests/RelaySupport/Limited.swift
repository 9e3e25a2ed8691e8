/// Something that a test waited for did not happen in time.
package struct WaitedTooLong: Error, CustomStringConvertible {
  package var description: String { "a test waited too long" }
}

/// Waits for something, but only for a limited time: a test that hangs does not show why.
///
/// The limit is far above what anything takes on a machine under load. A body that does not return
/// when its task is canceled is abandoned.
package func limited<Value: Sendable>(
  to limit: Duration = .seconds(60),
  _ body: @escaping @Sendable () async throws -> Value
) async throws -> Value {
  let (results, continuation) = AsyncStream<Result<Value, any Error>>.makeStream()
  let work = Task {
    do {
      continuation.yield(.success(try await body()))
    } catch {
      continuation.yield(.failure(error))
    }
  }
  let timer = Task {
    try await Task.sleep(for: limit)
    continuation.yield(.failure(WaitedTooLong()))
  }
  defer {
    work.cancel()
    timer.cancel()
  }
  for await result in results { return try result.get() }
  throw CancellationError()
}
