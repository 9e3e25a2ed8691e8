import ATProtoSyntax

/// Texts of strangers and times, as pages show them.
enum ReviewText {
  /// The text without what could make it look like other text: control characters except line breaks,
  /// and marks that change the direction of writing. Escaping is left to the template.
  ///
  /// - Parameter maximum: the number of scalars after which the text is cut.
  static func cleaned(_ text: String, maximum: Int = 20_000) -> String {
    var result = String.UnicodeScalarView()
    var count = 0
    for scalar in text.unicodeScalars {
      guard count < maximum else {
        result.append("…")
        break
      }
      count += 1
      switch scalar.properties.generalCategory {
      case .control where scalar == "\n": result.append(scalar)
      case .control, .lineSeparator, .paragraphSeparator: result.append(" ")
      // Joiners are part of words and emoji.
      case .format where scalar != "\u{200C}" && scalar != "\u{200D}": continue
      case .surrogate, .privateUse, .unassigned: result.append("\u{FFFD}")
      default: result.append(scalar)
      }
    }
    return String(result)
  }

  /// `2026-11-30T16:04:05Z`
  static func time(_ milliseconds: Int) -> String {
    let instant = Datetime.Instant(seconds: Int64(milliseconds.dividedDown(by: 1_000)))
    return (Datetime(instant, fractionDigits: 0) ?? .now).string
  }

  /// The time since a moment: `5 min`, `3 h`, `2 d`.
  static func age(_ milliseconds: Int, at now: Int) -> String {
    let minutes = max(0, now - milliseconds) / 60_000
    switch minutes {
    case ..<1: return "now"
    case ..<60: return "\(minutes) min"
    case ..<(48 * 60): return "\(minutes / 60) h"
    default: return "\(minutes / 1_440) d"
    }
  }

  /// The last part of a reason: `spam` for `com.atproto.moderation.defs#reasonSpam`.
  static func reason(_ type: String) -> String {
    let name = type.split(separator: "#").last.map(String.init) ?? type
    let prefix = "reason"
    guard name.hasPrefix(prefix), name.utf8.count > prefix.utf8.count else { return cleaned(name) }
    let rest = name.dropFirst(prefix.count)
    return cleaned(rest.prefix(1).lowercased() + rest.dropFirst(), maximum: 100)
  }
}

extension Int {
  fileprivate func dividedDown(by divisor: Int) -> Int {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? quotient - 1 : quotient
  }
}
