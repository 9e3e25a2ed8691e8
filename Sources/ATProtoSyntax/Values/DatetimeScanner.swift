/// Reads the grammar above ``Datetime``, from left to right.
struct DatetimeScanner {
  private var index = 0

  mutating func scan(_ text: Span<UInt8>) throws(Fault) -> Datetime.Instant {
    guard text.count <= Datetime.maximumLength else { throw .tooLong(Datetime.maximumLength) }
    let year = try number(text, digits: 4, 0...9999, "year")
    try expect(text, "-")
    let month = try number(text, digits: 2, 1...12, "month")
    try expect(text, "-")
    let day = try number(
      text,
      digits: 2,
      1...CalendarDay.count(inMonth: month, of: year),
      "day"
    )
    try expect(text, "T")
    let hour = try number(text, digits: 2, 0...23, "hour")
    try expect(text, ":")
    let minute = try number(text, digits: 2, 0...59, "minute")
    try expect(text, ":")
    let second = try number(text, digits: 2, 0...59, "second")
    let nanoseconds = try fraction(text)
    let zoneStart = index
    let zone = try zoneMinutes(text)
    guard index == text.count else {
      throw Fault(.ending, at: index, "text follows the time zone")
    }

    let days = CalendarDay(year: year, month: month, day: day).daysSinceEpoch
    let seconds = days * 86_400 + hour * 3600 + (minute - zone) * 60 + second
    guard seconds >= Self.yearZero else {
      throw Fault(.beforeYearZero, at: zoneStart, "lies before year zero in UTC")
    }
    return Datetime.Instant(seconds: seconds, nanoseconds: nanoseconds)
  }

  /// 0000-01-01T00:00:00Z.
  private static let yearZero: Int64 = -62_167_219_200

  private mutating func number(
    _ text: Span<UInt8>,
    digits: Int,
    _ range: ClosedRange<Int64>,
    _ name: String
  ) throws(Fault) -> Int64 {
    let start = index
    var value: Int64 = 0
    while index < start + digits {
      guard index < text.count else {
        throw Fault(.incomplete, at: index, "ends within the \(name)")
      }
      guard text[index].isDigit else {
        throw .character(text[index], at: index, in: "the \(name), which has \(digits) digits")
      }
      value = value * 10 + Int64(text[index] - UInt8(ascii: "0"))
      index += 1
    }
    guard range.contains(value) else {
      throw Fault(
        .range,
        at: start,
        "\(name) is not in \(range.lowerBound) to \(range.upperBound)"
      )
    }
    return value
  }

  private mutating func expect(_ text: Span<UInt8>, _ character: Unicode.Scalar) throws(Fault) {
    guard index < text.count else {
      throw Fault(.incomplete, at: index, "ends where '\(character)' must follow")
    }
    guard text[index] == UInt8(ascii: character) else {
      throw .character(text[index], at: index, in: "the place of '\(character)'")
    }
    index += 1
  }

  /// Nanoseconds of `.` and one or more digits; zero if there are none.
  private mutating func fraction(_ text: Span<UInt8>) throws(Fault) -> Int32 {
    guard index < text.count, text[index] == UInt8(ascii: ".") else { return 0 }
    index += 1
    var unit: Int32 = 100_000_000
    var nanoseconds: Int32 = 0
    let start = index
    while index < text.count, text[index].isDigit {
      nanoseconds += Int32(text[index] - UInt8(ascii: "0")) * unit
      unit /= 10
      index += 1
    }
    guard index > start else {
      throw Fault(.incomplete, at: index, "no digit follows the decimal point")
    }
    return nanoseconds
  }

  /// The time zone's offset from UTC in minutes.
  private mutating func zoneMinutes(_ text: Span<UInt8>) throws(Fault) -> Int64 {
    guard index < text.count else {
      throw Fault(.timeZone, at: index, "has no time zone")
    }
    let start = index
    let sign = text[index]
    index += 1
    switch sign {
    case UInt8(ascii: "Z"):
      return 0
    case UInt8(ascii: "+"), UInt8(ascii: "-"):
      let hour = try number(text, digits: 2, 0...23, "hour of the time zone")
      try expect(text, ":")
      let minutes = try hour * 60 + number(text, digits: 2, 0...59, "minute of the time zone")
      guard sign == UInt8(ascii: "+") else {
        guard minutes != 0 else {
          throw Fault(.timeZone, at: start, "ISO 8601 has no time zone -00:00")
        }
        return -minutes
      }
      return minutes
    default:
      throw Fault(.timeZone, at: start, "the time zone is neither 'Z' nor +hh:mm or -hh:mm")
    }
  }
}
