/// Text of a string format as it came over the wire, unchecked.
///
/// Generated types hold their formatted strings in this form, so that decoding loses nothing and
/// a record with one odd datetime can still be read, kept and written back. Validation checks it;
/// ``parsed()`` gives the value.
public struct FormatString<Format: StringFormat>: Hashable, Sendable {
  /// The text as it is kept: a copy of it counts no more than one reference.
  public var text: Format.Text

  @inlinable
  public init(text: Format.Text) {
    self.text = text
  }

  public init(_ string: String) {
    text = Format.Text(string)
  }

  public init(_ value: Format) {
    text = Format.Text(value.string)
  }

  /// The text as it was received or set.
  public var string: String {
    get { text.string }
    set { text = Format.Text(newValue) }
  }

  /// The value, or the rule of the format that the text breaks.
  public func parsed() throws(SyntaxError) -> Format {
    try Format(string)
  }

  public var isValid: Bool {
    (try? Format(string)) != nil
  }
}

extension FormatString: ExpressibleByStringLiteral {
  public init(stringLiteral value: String) {
    self.init(value)
  }
}

extension FormatString: CustomStringConvertible {
  public var description: String { string }
}
