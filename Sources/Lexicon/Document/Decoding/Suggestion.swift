/// Near misses: what was probably meant.
package struct Suggestion {
  /// How many more names may be compared. Each missing name costs as much as there are names, so
  /// that only the first of very many get a hint.
  private var budget = 50_000

  /// As ``text(for:among:)``, for candidates that come from the input.
  mutating func text(
    for name: String,
    amongMany candidates: some Collection<String>
  ) -> String {
    guard budget > 0 else { return "" }
    budget -= candidates.count
    return Self.text(for: name, among: candidates)
  }

  /// `; did you mean 'maxLength'?`, or nothing.
  static func text(for name: String, among candidates: some Sequence<String>) -> String {
    nearest(to: name, among: candidates).map { "; did you mean \(quoted($0))?" } ?? ""
  }

  /// The candidate with the fewest edits, if they are few for its length; the first of several.
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

  /// Longer names have no near misses: their cost is the square of the length.
  private static let maximumLength = 64

  private static func lowercase(_ byte: UInt8) -> UInt8 {
    (0x41...0x5A).contains(byte) ? byte | 0x20 : byte
  }

  /// Insertions, deletions, replacements and swaps of neighbours.
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
