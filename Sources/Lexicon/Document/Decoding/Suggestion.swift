/// Suggestions for misspelled names.
package struct Suggestion {
  /// The number of names that may still be compared. The cost of each suggestion is proportional to
  /// the number of candidates, so only the first of very many misspelled names get one.
  private var budget = 50_000

  /// The end of a message, with what was probably meant.
  struct Hint {
    /// `; did you mean 'maxLength'?`, or an empty string.
    var text = ""
    /// The text that was probably meant, if there is a suggestion.
    var replacement: String?

    init() {}

    init(_ replacement: String) {
      self.replacement = replacement
      text = "; did you mean \(quoted(replacement))?"
    }

    var isEmpty: Bool { text.isEmpty }
  }

  /// Like ``hint(for:among:)``, for candidates from the input, which may be many.
  mutating func hint(for name: String, amongMany candidates: some Collection<String>) -> Hint {
    guard budget > 0 else { return Hint() }
    budget -= candidates.count
    return Self.hint(for: name, among: candidates)
  }

  /// Returns a suggestion, which is empty if no candidate is similar.
  static func hint(for name: String, among candidates: some Sequence<String>) -> Hint {
    nearest(to: name, among: candidates).map { Hint($0) } ?? Hint()
  }

  /// Returns the candidate that is the fewest edits away, or nil if all need too many edits for
  /// their length. The first of several equally similar candidates wins.
  package static func nearest(to name: String, among candidates: some Sequence<String>) -> String? {
    let text = Array(name.utf8.prefix(maximumLength + 1))
    guard text.count <= maximumLength else { return nil }
    let lowercased = text.map(lowercase)
    var best: (name: String, distance: Int)?
    for candidate in candidates where candidate != name {
      let other = Array(candidate.utf8.prefix(maximumLength + 1)).map(lowercase)
      let length = min(text.count, other.count)
      let allowed = min(length < 3 ? 0 : length < 6 ? 1 : 2, (best?.distance ?? .max) - 1)
      guard other.count <= maximumLength, abs(other.count - text.count) <= allowed else {
        continue
      }
      let distance = distance(lowercased, other)
      if distance <= allowed { best = (candidate, distance) }
      if distance == 0 { break }
    }
    return best?.name
  }

  /// Longer names get no suggestion, because the cost is the square of the length.
  private static let maximumLength = 64

  private static func lowercase(_ byte: UInt8) -> UInt8 {
    (0x41...0x5A).contains(byte) ? byte | 0x20 : byte
  }

  /// The number of insertions, deletions, replacements and swaps of neighbors between two names.
  private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var previous: [Int] = []
    var row = Array(0...right.count)
    for (i, a) in left.enumerated() {
      var next = [i + 1]
      next.reserveCapacity(right.count + 1)
      for (j, b) in right.enumerated() {
        var cost = min(row[j + 1] + 1, next[j] + 1, row[j] + (a == b ? 0 : 1))
        if i > 0, j > 0, a == right[j - 1], left[i - 1] == b {
          cost = min(cost, previous[j - 1] + 1)
        }
        next.append(cost)
      }
      previous = row
      row = next
    }
    return row[right.count]
  }
}
