import CLexgenVersion

/// What `lexgen --version` says.
enum Version {
  static let number = "0.1.0"
  /// When that became the number.
  static let date = "2026-11-23"

  /// `0.1.0 (4dc6e2408e3b)`; the number alone where the sources are no clone of the repository.
  static var text: String {
    let commit = String(cString: lexgen_commit())
    return commit.isEmpty ? number : "\(number) (\(commit.prefix(12)))"
  }
}
