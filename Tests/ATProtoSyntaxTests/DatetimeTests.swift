import Testing

@testable import ATProtoSyntax

@Suite struct DatetimeTests {
  @Test(
    "a valid datetime is parsed to its instant",
    arguments: [
      ("1970-01-01T00:00:00Z", 0, 0),
      ("1985-04-12T23:20:50.123Z", 482_196_050, 123_000_000),
      ("1985-04-12T23:20:50.12345678912345Z", 482_196_050, 123_456_789),
      ("1985-04-12T23:20:50.120000Z", 482_196_050, 120_000_000),
      ("1985-04-12T23:20:50.0Z", 482_196_050, 0),
      ("1985-04-12T23:20:50.123+00:00", 482_196_050, 123_000_000),
      ("1985-04-12T23:20:50.123-07:00", 482_221_250, 123_000_000),
      ("1985-04-13T01:05:50+01:45", 482_196_050, 0),
      ("1969-12-31T23:59:59.999999999Z", -1, 999_999_999),
      ("2000-02-29T12:00:00Z", 951_825_600, 0),
      ("2038-01-19T03:14:08Z", 2_147_483_648, 0),
      ("0001-01-01T00:00:00.000Z", -62_135_596_800, 0),
      ("0000-01-01T00:00:00.000Z", -62_167_219_200, 0),
      ("0000-01-01T01:00:00+01:00", -62_167_219_200, 0),
      ("9999-12-31T23:59:59Z", 253_402_300_799, 0),
    ] as [(String, Int64, Int32)]
  )
  func instants(_ text: String, _ seconds: Int64, _ nanoseconds: Int32) throws {
    let datetime = try Datetime(text)
    #expect(datetime.string == text)
    #expect(datetime.instant == Datetime.Instant(seconds: seconds, nanoseconds: nanoseconds))
  }

  @Test(
    "a string that is not a datetime is rejected with the code of its error",
    arguments: [
      ("", SyntaxError.Code.incomplete), ("1985-04-12", .incomplete),
      ("1985-04-12T23:20Z", .character), ("1985-04-12T23:20:5Z", .character),
      ("1985-04-12T23:20:50.123", .timeZone), ("1985-04-12T23:20:50", .timeZone),
      ("+001985-04-12T23:20:50.123Z", .character), ("23:20:50.123Z", .character),
      ("-1985-04-12T23:20:50.123Z", .character), ("1985-4-12T23:20:50.123Z", .character),
      ("01985-04-12T23:20:50.123Z", .character), ("1985-04-12T23:20:50.123+00", .incomplete),
      ("1985-04-12T23:20:50.123+0000", .character), ("1985-04-12t23:20:50.123Z", .character),
      ("1985-04-12T23:20:50.123z", .timeZone), ("1985-04-12T23:20:50.123-00:00", .timeZone),
      ("1985-04-12 23:20:50.123Z", .character), ("1985-04-12T23:99:50.123Z", .range),
      ("1985-00-12T23:20:50.123Z", .range), ("0000-01-01T00:00:00+01:00", .beforeYearZero),
      ("1985-04-31T00:00:00Z", .range), ("1900-02-29T00:00:00Z", .range),
      ("1985-04-12T24:00:00Z", .range), ("2016-12-31T23:59:60Z", .range),
      ("1985-04-12T23:20:50+24:00", .range), ("1985-04-12T23:20:50+01:60", .range),
      ("1985-04-12T23:20:50.Z", .incomplete), ("1985-04-12T23:20:50ZZ", .ending),
      ("1985-04-12T23:20:50Z ", .ending), ("1985-04-12T23:20:5٠Z", .character),
    ]
  )
  func invalid(_ text: String, _ expected: SyntaxError.Code) {
    #expect(code(Datetime.self, text) == expected)
  }

  @Test("64 bytes are valid, 65 are not")
  func lengthEndsAt64() {
    let digits = String(repeating: "1", count: 43)
    #expect(code(Datetime.self, "1985-04-12T23:20:50.\(digits)Z") == nil)
    #expect(code(Datetime.self, "1985-04-12T23:20:50.\(digits)1Z") == .tooLong)
  }

  @Test(
    "an instant is written with the requested number of digits",
    arguments: [
      (0, 0, 3, "1970-01-01T00:00:00.000Z"),
      (-1, 999_999_999, 9, "1969-12-31T23:59:59.999999999Z"),
      (482_196_050, 123_456_789, 6, "1985-04-12T23:20:50.123456Z"),
      (482_196_050, 999_999_999, 0, "1985-04-12T23:20:50Z"),
      (-62_167_219_200, 0, 1, "0000-01-01T00:00:00.0Z"),
    ] as [(Int64, Int32, Int, String)]
  )
  func writes(_ seconds: Int64, _ nanoseconds: Int32, _ digits: Int, _ text: String) throws {
    let instant = Datetime.Instant(seconds: seconds, nanoseconds: nanoseconds)
    let datetime = try #require(Datetime(instant, fractionDigits: digits))
    #expect(datetime.string == text)
    #expect(try Datetime(text).instant == datetime.instant)
  }

  @Test("an instant outside the years 0000 to 9999 is not written")
  func writesOnlyFourDigitYears() {
    #expect(Datetime(.init(seconds: -62_167_219_201, nanoseconds: 999_999_999)) == nil)
    #expect(Datetime(.init(seconds: 253_402_300_800)) == nil)
    #expect(Datetime(.init(seconds: .max)) == nil)
  }

  @Test("random instants are written and read back")
  func roundTripsRandomInstants() throws {
    var random = SeededRandom(seed: 1)
    for _ in 0..<2000 {
      let instant = Datetime.Instant(
        seconds: .random(in: -62_167_219_200...253_402_300_799, using: &random),
        nanoseconds: .random(in: 0...999_999_999, using: &random)
      )
      let datetime = try #require(Datetime(instant, fractionDigits: 9))
      #expect(try Datetime(datetime.string).instant == instant)
    }
  }

  /// The Gregorian calendar repeats after 400 years.
  @Test("each day of 400 years follows the previous day")
  func everyDayOfACycleFollowsThePreviousDay() {
    var expected = CalendarDay(year: 1800, month: 1, day: 1)
    let first = expected.daysSinceEpoch
    var mismatches = 0
    for number in first..<first + 146_097 {
      if CalendarDay(daysSinceEpoch: number) != expected || expected.daysSinceEpoch != number {
        mismatches += 1
      }
      expected.day += 1
      if expected.day > CalendarDay.count(inMonth: expected.month, of: expected.year) {
        expected.day = 1
        expected.month += 1
        if expected.month > 12 {
          expected.month = 1
          expected.year += 1
        }
      }
    }
    #expect(mismatches == 0)
    #expect(expected == CalendarDay(year: 2200, month: 1, day: 1))
  }

  @Test("datetimes are ordered by time, then by text")
  func ordersByTimeThenText() {
    let sorted: [Datetime] = [
      "1985-04-12T23:20:50+01:00", "1985-04-12T22:20:50.1Z", "1985-04-12T23:20:50.0Z",
      "1985-04-12T23:20:50Z",
    ]
    #expect(sorted.shuffled().sorted() == sorted)
    #expect(Datetime.now.instant <= .now)
  }

  @Test("nanoseconds out of range are carried into the seconds")
  func instantsCarryNanoseconds() {
    let instant = Datetime.Instant(seconds: 5, nanoseconds: -1)
    #expect(instant.seconds == 4)
    #expect(instant.nanoseconds == 999_999_999)
    #expect(Datetime.Instant(seconds: 5, nanoseconds: -2_000_000_000).seconds == 3)
    #expect(Datetime.Instant(seconds: 5, nanoseconds: 1_000_000_000) == .init(seconds: 6))
  }
}
