// Lexicon specification, "datetime": the intersection of RFC 3339, ISO 8601, and WHATWG HTML.
//
//   datetime = year "-" month "-" day "T" hour ":" minute ":" second [ "." 1*DIGIT ] zone
//   year     = 4DIGIT                         ; 0000 included
//   month    = 2DIGIT                         ; 01-12
//   day      = 2DIGIT                         ; 01 to the end of the month
//   hour     = 2DIGIT                         ; 00-23
//   minute   = 2DIGIT                         ; 00-59
//   second   = 2DIGIT                         ; 00-59: HTML has no leap second
//   zone     = "Z" / ( "+" / "-" ) hour ":" minute    ; not "-00:00"
//
// Not before year zero in UTC. The specification sets no length; implementations agree on 64 bytes.

/// A date and time with its zone, such as `1985-04-12T23:20:50.123Z`.
///
/// The text is kept, because rewriting it would change the hash of the record that contains it. Two
/// datetimes are equal if their strings are; compare ``instant`` to compare times. They are ordered
/// by time, then by text.
public struct Datetime: StringFormat {
  /// Stored inline if it is short.
  public typealias Text = ShortText

  /// The name of the format in Lexicon documents: `datetime`.
  public static var formatName: String { "datetime" }

  static let maximumLength = 64

  /// The string, exactly as it was given.
  public let string: String
  /// The time, with nanosecond precision; fraction digits after the ninth are dropped.
  public let instant: Instant

  /// Parses a string, all of which must be a datetime.
  public init(_ text: String) throws(SyntaxError) {
    do throws(Fault) {
      var scanner = DatetimeScanner()
      self.instant = try scanner.scan(text.utf8Span.span)
    } catch {
      throw SyntaxError(Self.formatName, error)
    }
    self.string = text
  }

  /// Creates a datetime in the preferred form: UTC, `Z`, with milliseconds by default.
  ///
  /// Returns nil for an instant outside the years 0000 to 9999.
  ///
  /// - Parameter fractionDigits: the number of digits after the decimal point, 0 to 9; further
  ///   digits are dropped.
  public init?(_ instant: Instant, fractionDigits: Int = 3) {
    precondition((0...9).contains(fractionDigits), "a datetime is written with 0 to 9 digits")
    guard Self.writable.contains(instant.seconds) else { return nil }
    var unit: Int32 = 1
    for _ in fractionDigits..<9 { unit *= 10 }
    self.instant = Instant(
      seconds: instant.seconds,
      nanoseconds: instant.nanoseconds / unit * unit
    )
    self.string = Self.text(
      seconds: instant.seconds,
      fraction: instant.nanoseconds / unit,
      digits: fractionDigits
    )
  }

  /// The time of the system clock, with millisecond precision.
  public static var now: Datetime {
    guard let now = Datetime(.now) else {
      preconditionFailure("the system's clock is outside the years 0000 to 9999")
    }
    return now
  }
}

extension Datetime: Hashable {
  /// Whether both strings are equal.
  public static func == (lhs: Datetime, rhs: Datetime) -> Bool {
    lhs.string == rhs.string
  }

  /// Hashes the text.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(string)
  }
}

extension Datetime: Comparable {
  /// Orders by time, then by text.
  public static func < (lhs: Datetime, rhs: Datetime) -> Bool {
    (lhs.instant, lhs.string) < (rhs.instant, rhs.string)
  }
}

extension Datetime {
  private static let writable =
    CalendarDay(year: 0, month: 1, day: 1).daysSinceEpoch * 86_400..<CalendarDay(
      year: 10_000,
      month: 1,
      day: 1
    ).daysSinceEpoch * 86_400

  private static func text(seconds: Int64, fraction: Int32, digits: Int) -> String {
    let (quotient, remainder) = seconds.quotientAndRemainder(dividingBy: 86_400)
    let secondOfDay = remainder < 0 ? remainder + 86_400 : remainder
    let day = CalendarDay(daysSinceEpoch: remainder < 0 ? quotient - 1 : quotient)

    var text = ""
    func append(_ number: Int64, width: Int) {
      let digits = String(number)
      text += String(repeating: "0", count: width - digits.utf8.count) + digits
    }
    append(day.year, width: 4)
    text += "-"
    append(day.month, width: 2)
    text += "-"
    append(day.day, width: 2)
    text += "T"
    append(secondOfDay / 3600, width: 2)
    text += ":"
    append(secondOfDay / 60 % 60, width: 2)
    text += ":"
    append(secondOfDay % 60, width: 2)
    if digits > 0 {
      text += "."
      append(Int64(fraction), width: digits)
    }
    text += "Z"
    return text
  }
}
