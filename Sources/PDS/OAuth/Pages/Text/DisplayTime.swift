import ATProtoSyntax

/// Times in words. The server does not know the time zones of people, so dates are in UTC.
enum DisplayTime {
  /// `just now`, `5 minutes ago`, `yesterday`, `3 days ago`, `November 30, 2026`.
  ///
  /// - Parameter seconds: since 1970.
  static func past(_ seconds: Int, at now: Int = currentSeconds()) -> Phrase {
    let age = now - seconds
    switch age {
    case ..<60: return .justNow
    case ..<3_600: return .minutesAgo(age / 60)
    case ..<86_400: return .hoursAgo(age / 3_600)
    case ..<(2 * 86_400): return .yesterday
    case ..<(14 * 86_400): return .daysAgo(age / 86_400)
    default: return date(seconds)
    }
  }

  static func date(_ seconds: Int) -> Phrase {
    let parts = machine(seconds).prefix { $0 != "T" }.split(separator: "-").compactMap { Int($0) }
    guard parts.count == 3, (1...12).contains(parts[1]) else { return .daysAgo(seconds / 86_400) }
    return .date(year: parts[0], month: parts[1], day: parts[2])
  }

  /// For the attribute `datetime`.
  static func machine(_ seconds: Int) -> String {
    FormatString<Datetime>(seconds: seconds).string
  }
}

/// A time to wait in the unit in which people say it, rounded up.
enum WaitingTime: Hashable {
  case seconds(Int), minutes(Int), hours(Int)

  init(_ seconds: Int) {
    switch seconds {
    case ..<90: self = .seconds(max(1, seconds))
    case ..<5_400: self = .minutes((seconds + 59) / 60)
    default: self = .hours((seconds + 3_599) / 3_600)
    }
  }
}
