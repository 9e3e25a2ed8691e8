import Testing

/// Waits until `condition` holds, and records an issue after a minute.
func until(
  sourceLocation: SourceLocation = #_sourceLocation,
  _ condition: () async throws -> Bool
) async throws {
  for _ in 0..<6_000 {
    if try await condition() { return }
    try await Task.sleep(for: .milliseconds(10))
  }
  Issue.record("the condition did not hold within a minute", sourceLocation: sourceLocation)
}
