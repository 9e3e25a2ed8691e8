/// Removes the rows of the authorization server that have expired.
struct OAuthRetention: Sendable {
  /// Rows of each kind that one transaction removes: others wait for it.
  static let batch = 500

  let store: any PDSStore

  /// - Parameter now: in seconds since 1970.
  func sweep(at now: Int = currentSeconds()) async throws {
    // Bounded, because other chores wait: the next sweep removes the rest.
    for _ in 0..<100 {
      let isMore = try await store.write { transaction in
        try transaction.oauth.removeExpired(at: now, limit: Self.batch)
      }
      if !isMore { break }
    }
    try await store.write { transaction in
      try transaction.oauth.removeUnusedDevices(keeping: OAuthBounds.unusedDevices)
    }
  }
}
