import ATProtoSyntax

/// Times in words. Pages are the same for everyone, so dates are in UTC.
enum DisplayTime {
  private static let months = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
  ]

  /// `just now`, `5 minutes ago`, `yesterday`, `3 days ago`, `November 30, 2026`.
  ///
  /// - Parameter seconds: since 1970.
  static func past(_ seconds: Int, at now: Int = currentSeconds()) -> String {
    let age = now - seconds
    switch age {
    case ..<60: return "just now"
    case ..<3_600: return count(age / 60, "minute") + " ago"
    case ..<86_400: return count(age / 3_600, "hour") + " ago"
    case ..<(2 * 86_400): return "yesterday"
    case ..<(14 * 86_400): return "\(age / 86_400) days ago"
    default: return date(seconds)
    }
  }

  /// `November 30, 2026`.
  static func date(_ seconds: Int) -> String {
    let text = machine(seconds)
    let parts = text.prefix { $0 != "T" }.split(separator: "-").compactMap { Int($0) }
    guard parts.count == 3, months.indices.contains(parts[1] - 1) else { return text }
    return "\(months[parts[1] - 1]) \(parts[2]), \(parts[0])"
  }

  /// For the attribute `datetime`.
  static func machine(_ seconds: Int) -> String {
    FormatString<Datetime>(seconds: seconds).string
  }

  /// `40 seconds`, `5 minutes`.
  static func duration(_ seconds: Int) -> String {
    switch seconds {
    case ..<90: count(max(1, seconds), "second")
    case ..<5_400: count((seconds + 59) / 60, "minute")
    default: count((seconds + 3_599) / 3_600, "hour")
    }
  }

  static func count(_ count: Int, _ unit: String) -> String {
    "\(count) \(unit)\(count == 1 ? "" : "s")"
  }
}
