/// The reason why a string is not valid in a string format: the requirement that it violates, and
/// where.
///
/// Two errors are equal if their formats and codes are; offset and reason are for people.
public struct SyntaxError: CodedError {
  /// The requirement that the string violates.
  public struct Code: RawRepresentable, Hashable, Sendable {
    /// The name of the code, such as `tooLong`.
    public var rawValue: String

    /// Creates a code with a name.
    public init(rawValue: String) {
      self.rawValue = rawValue
    }
  }

  /// The Lexicon name of the format, such as `did`.
  public var format: String
  /// The requirement that the string violates.
  public var code: Code
  /// The UTF-8 offset of the first byte that is not valid, or the length of the string if something
  /// is missing at its end.
  public var offset: Int
  /// The error in words, without the name of the format.
  public var reason: String

  /// Creates an error.
  public init(format: String, code: Code, offset: Int, reason: String) {
    self.format = format
    self.code = code
    self.offset = offset
    self.reason = reason
  }
}

extension SyntaxError {
  /// Whether format and code are equal.
  public static func == (lhs: SyntaxError, rhs: SyntaxError) -> Bool {
    lhs.format == rhs.format && lhs.code == rhs.code
  }

  /// Hashes format and code.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(format)
    hasher.combine(code)
  }

  /// The error as a sentence: `not a valid did: nothing follows the method (at byte 7)`.
  public var description: String {
    "not a valid \(format): \(reason) (at byte \(offset))"
  }
}

extension SyntaxError.Code {
  /// The string is empty, or more must follow its end.
  public static let incomplete = Self(rawValue: "incomplete")
  /// The string is longer than the format allows.
  public static let tooLong = Self(rawValue: "tooLong")
  /// The string is shorter than the format requires.
  public static let tooShort = Self(rawValue: "tooShort")
  /// A character that the grammar does not allow at its position.
  public static let character = Self(rawValue: "character")
  /// The fixed beginning, such as `did:` or `at://`, is missing.
  public static let prefix = Self(rawValue: "prefix")
  /// The method of a DID.
  public static let method = Self(rawValue: "method")
  /// The string ends with a character that must not be the last one.
  public static let ending = Self(rawValue: "ending")
  /// A label of a host name or a segment of a path is empty, too long, or begins or ends with a
  /// hyphen.
  public static let segment = Self(rawValue: "segment")
  /// Fewer labels or segments than the format requires.
  public static let segmentCount = Self(rawValue: "segmentCount")
  /// The name of an NSID is not letters and digits that begin with a letter.
  public static let name = Self(rawValue: "name")
  /// `.` or `..`, which are not record keys.
  public static let reserved = Self(rawValue: "reserved")
  /// The authority of an AT-URI is neither a DID nor a handle.
  public static let authority = Self(rawValue: "authority")
  /// The collection of an AT-URI is not an NSID.
  public static let collection = Self(rawValue: "collection")
  /// The record key of an AT-URI is not valid.
  public static let recordKey = Self(rawValue: "recordKey")
  /// The string does not begin with a URI scheme.
  public static let scheme = Self(rawValue: "scheme")
  /// The fragment of a URI is not valid, or there is more than one.
  public static let fragment = Self(rawValue: "fragment")
  /// A percent sign is not followed by two hexadecimal digits.
  public static let percentEncoding = Self(rawValue: "percentEncoding")
  /// A multibase prefix that does not name a base.
  public static let multibase = Self(rawValue: "multibase")
  /// A number is out of range, such as month 13 or February 30.
  public static let range = Self(rawValue: "range")
  /// The time zone of a datetime is missing or not valid.
  public static let timeZone = Self(rawValue: "timeZone")
  /// A datetime that is before year zero in UTC.
  public static let beforeYearZero = Self(rawValue: "beforeYearZero")
  /// A variant or an extension singleton that occurs twice in a language tag.
  public static let duplicate = Self(rawValue: "duplicate")
}
