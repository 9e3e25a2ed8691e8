import Testing

/// Waits until `condition` holds; what waits for a minute waits in vain.
func until(
  sourceLocation: SourceLocation = #_sourceLocation,
  _ condition: () async throws -> Bool
) async throws {
  for _ in 0..<6_000 {
    if try await condition() { return }
    try await Task.sleep(for: .milliseconds(10))
  }
  Issue.record("what was waited for did not come", sourceLocation: sourceLocation)
}
