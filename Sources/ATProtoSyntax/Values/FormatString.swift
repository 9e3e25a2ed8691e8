/// A text that should have a string format, as it was received, unchecked.
///
/// Generated types hold their formatted strings in this form, so that decoding loses nothing and a
/// record with an odd datetime can still be read, kept and written back. Validation checks the
/// text; ``parsed()`` returns the value.
public struct FormatString<Format: StringFormat>: Hashable, Sendable {
  /// The text in the form in which it is kept; a copy costs at most one reference count.
  public var text: Format.Text

  /// Creates a string from a text in the form in which it is kept.
  @inlinable
  public init(text: Format.Text) {
    self.text = text
  }

  /// Creates a string from any text, which is not checked.
  public init(_ string: String) {
    text = Format.Text(string)
  }

  /// Creates a string from a value of the format, which is valid.
  public init(_ value: Format) {
    text = Format.Text(value.string)
  }

  /// The text as it was received or set.
  public var string: String {
    get { text.string }
    set { text = Format.Text(newValue) }
  }

  /// The value. Throws the rule of the format that the text breaks.
  public func parsed() throws(SyntaxError) -> Format {
    try Format(string)
  }

  /// Whether the text is valid in the format.
  public var isValid: Bool {
    (try? Format(string)) != nil
  }
}

extension FormatString: ExpressibleByStringLiteral {
  /// Creates a string from any text, which is not checked.
  public init(stringLiteral value: String) {
    self.init(value)
  }
}

extension FormatString: CustomStringConvertible {
  /// The text.
  public var description: String { string }
}
