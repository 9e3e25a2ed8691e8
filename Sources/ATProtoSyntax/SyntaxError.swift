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
