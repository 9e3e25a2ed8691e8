/// The data that a service keeps open while it runs.
enum OpenData {
  /// Runs `body`, then closes the data. If `body` fails, its error is thrown even if closing fails
  /// as well.
  static func use(
    closing close: () throws -> Void,
    _ body: () async throws -> Void
  ) async throws {
    do {
      try await body()
    } catch {
      try? close()
      throw error
    }
    try close()
  }
}
