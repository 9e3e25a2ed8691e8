/// What a test waited for did not happen.
package struct WaitedTooLong: Error, CustomStringConvertible {
  package var description: String { "a test waited too long" }
}

/// Waits for something, but not for ever: a test that hangs says nothing about its reason.
///
/// The limit is far above what anything takes on a machine under load. What does not end when its
/// task is canceled is left behind.
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
