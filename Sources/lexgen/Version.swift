import CLexgenVersion

/// The text of `lexgen --version`.
enum Version {
  static let number = "0.1.0"

  /// `0.1.0 (4dc6e2408e3b)`; only the version number if the sources are not a clone of the
  /// repository.
  static var text: String {
    let commit = String(cString: lexgen_commit())
    return commit.isEmpty ? number : "\(number) (\(commit.prefix(12)))"
  }
}
