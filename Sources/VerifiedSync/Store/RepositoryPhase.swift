/// The phase of a repository that is kept in sync.
public enum RepositoryPhase: String, Sendable, CaseIterable {
  /// Known, and not yet fetched.
  case pending
  /// Its chain of commits broke, and it waits for a fetch.
  case desynchronized
  case resyncing
  case active
  case takendown
  case suspended
  case deactivated
  /// It could not be fetched, and will be tried again.
  case error
}

extension RepositoryPhase {
  /// Whether the repository must be fetched.
  public var needsFetch: Bool {
    switch self {
    case .pending, .desynchronized, .resyncing, .error: true
    case .active, .takendown, .suspended, .deactivated: false
    }
  }
}
