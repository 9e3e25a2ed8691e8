/// Why a text is not of a string format: which rule it breaks, and where.
///
/// Two errors are equal when format and code are; the offset and the reason are for people.
public struct SyntaxError: CodedError {
  /// The rule that the text breaks.
  public struct Code: RawRepresentable, Hashable, Sendable {
    public var rawValue: String

    public init(rawValue: String) {
      self.rawValue = rawValue
    }
  }

  /// The format's Lexicon name, `did` for instance.
  public var format: String
  public var code: Code
  /// UTF-8 offset of the first byte that breaks the rule; the text's length where something
  /// is missing at its end.
  public var offset: Int
  public var reason: String

  public init(format: String, code: Code, offset: Int, reason: String) {
    self.format = format
    self.code = code
    self.offset = offset
    self.reason = reason
  }
}

extension SyntaxError {
  public static func == (lhs: SyntaxError, rhs: SyntaxError) -> Bool {
    lhs.format == rhs.format && lhs.code == rhs.code
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(format)
    hasher.combine(code)
  }

  public var description: String {
    "not a valid \(format): \(reason) (at byte \(offset))"
  }
}

extension SyntaxError.Code {
  /// The text is empty, or ends where more must follow.
  public static let incomplete = Self(rawValue: "incomplete")
  public static let tooLong = Self(rawValue: "tooLong")
  public static let tooShort = Self(rawValue: "tooShort")
  /// A character that the grammar does not allow where it stands.
  public static let character = Self(rawValue: "character")
  /// The fixed beginning, such as `did:` or `at://`, is missing.
  public static let prefix = Self(rawValue: "prefix")
  /// The method of a DID.
  public static let method = Self(rawValue: "method")
  /// The text ends in a character that may only stand within.
  public static let ending = Self(rawValue: "ending")
  /// A label of a host name or a segment of a path: empty, too long, or a hyphen at its edge.
  public static let segment = Self(rawValue: "segment")
  public static let segmentCount = Self(rawValue: "segmentCount")
  /// The name of an NSID.
  public static let name = Self(rawValue: "name")
  /// `.` and `..`, which are no record keys.
  public static let reserved = Self(rawValue: "reserved")
  public static let authority = Self(rawValue: "authority")
  public static let collection = Self(rawValue: "collection")
  public static let recordKey = Self(rawValue: "recordKey")
  public static let scheme = Self(rawValue: "scheme")
  public static let fragment = Self(rawValue: "fragment")
  public static let percentEncoding = Self(rawValue: "percentEncoding")
  /// A multibase prefix that names no base.
  public static let multibase = Self(rawValue: "multibase")
  /// A number of a datetime outside its range, such as month 13 or 30 February.
  public static let range = Self(rawValue: "range")
  public static let timeZone = Self(rawValue: "timeZone")
  /// A datetime that lies before year zero once it is taken to UTC.
  public static let beforeYearZero = Self(rawValue: "beforeYearZero")
  /// A variant or an extension singleton that a language tag repeats.
  public static let duplicate = Self(rawValue: "duplicate")
}
