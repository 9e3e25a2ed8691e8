// TID specification, "TID Structure" and "TID Syntax":
//
//   tid   = first 12digit
//   first = "2" … "7" / "a" … "j"
//   digit = "2" … "7" / "a" … "z"              ; base32-sortable, five bits each
//
// Sixty-four bits, most significant first: 0, 53 bits of microseconds since the Unix epoch, 10 bits
// of clock identifier. The structure says that the top bit is always 0; the syntax allows it to be
// set (first character "c" to "j"), and everything that the syntax allows can be read.

/// A timestamp identifier, such as `3jzfcijpj2z2a`.
///
/// TIDs sort the same way by text, by number, and by time.
public struct TID: StringFormat {
  /// The name of the format in Lexicon documents: `tid`.
  public static var formatName: String { "tid" }

  /// The 64 bits of the identifier.
  public let rawValue: UInt64

  static let maximumMicroseconds: UInt64 = 1 << 53 - 1
  static let maximumClockIdentifier: UInt16 = 1 << 10 - 1

  private static let length = 13

  /// Parses a string, all of which must be a TID.
  public init(_ text: String) throws(SyntaxError) {
    do throws(Fault) {
      self.rawValue = try Self.scan(text.utf8Span.span)
    } catch {
      throw SyntaxError(Self.formatName, error)
    }
  }

  /// Creates an identifier from its 64 bits; all values are allowed.
  public init(rawValue: UInt64) {
    self.rawValue = rawValue
  }

  /// Creates an identifier from a time and a clock identifier.
  ///
  /// Returns nil if the time does not fit in 53 bits or the clock identifier in 10.
  public init?(microseconds: UInt64, clockIdentifier: UInt16) {
    guard microseconds <= Self.maximumMicroseconds,
      clockIdentifier <= Self.maximumClockIdentifier
    else { return nil }
    self.rawValue = microseconds << 10 | UInt64(clockIdentifier)
  }

  /// Microseconds since the Unix epoch, 53 bits. The author of the TID chooses them.
  public var microseconds: UInt64 {
    rawValue >> 10 & Self.maximumMicroseconds
  }

  /// The identifier of the clock, 0 to 1023.
  public var clockIdentifier: UInt16 {
    UInt16(truncatingIfNeeded: rawValue) & Self.maximumClockIdentifier
  }

  /// The time, with microsecond precision.
  public var instant: Datetime.Instant {
    Datetime.Instant(
      seconds: Int64(microseconds / 1_000_000),
      nanoseconds: Int32(microseconds % 1_000_000) * 1000
    )
  }

  /// The identifier as text.
  public var string: String {
    String(unsafeUninitializedCapacity: Self.length) { buffer in
      for index in 0..<Self.length {
        let digit = UInt8(truncatingIfNeeded: rawValue >> UInt64(60 - 5 * index)) & 31
        // "2" to "7" have the values 0 to 5, and "a" to "z" the values 6 to 31.
        buffer[index] = digit < 6 ? digit + UInt8(ascii: "2") : digit - 6 + UInt8(ascii: "a")
      }
      return Self.length
    }
  }
}

extension TID: Comparable {
  /// Orders by number, which is the order of strings and times.
  public static func < (lhs: TID, rhs: TID) -> Bool {
    lhs.rawValue < rhs.rawValue
  }
}

extension TID {
  private static func scan(_ text: Span<UInt8>) throws(Fault) -> UInt64 {
    guard text.count <= length else { throw .tooLong(length) }
    guard text.count == length else {
      throw Fault(.tooShort, at: text.count, "shorter than \(length) bytes")
    }
    var value: UInt64 = 0
    for index in 0..<length {
      let byte = text[index]
      let digit: UInt8
      if byte.isLowercase {
        digit = byte - UInt8(ascii: "a") + 6
      } else if byte >= UInt8(ascii: "2"), byte <= UInt8(ascii: "7") {
        digit = byte - UInt8(ascii: "2")
      } else {
        throw .character(byte, at: index, in: "a TID")
      }
      // Thirteen digits are 65 bits, so the first digit may use only four of its five.
      guard index > 0 || digit < 16 else {
        throw Fault(.range, at: 0, "the first character is past 'j'")
      }
      value = value << 5 | UInt64(digit)
    }
    return value
  }
}
