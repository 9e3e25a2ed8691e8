/// A string that should have a string format, exactly as it was received and unchecked.
///
/// Generated types store their formatted strings in this form, so decoding does not lose anything,
/// and a record with a malformed datetime can still be read, stored, and written back. Validation
/// checks the text; ``parsed()`` returns the value.
public struct FormatString<Format: StringFormat>: Hashable, Sendable {
  /// The text in its storage form; copying it costs at most one retain.
  public var text: Format.Text

  /// Creates a string from a text in its storage form.
  @inlinable
  public init(text: Format.Text) {
    self.text = text
  }

  /// Creates a value from any string, which is not checked.
  public init(_ string: String) {
    text = Format.Text(string)
  }

  /// Creates a value from a value of the format, which is valid.
  public init(_ value: Format) {
    text = Format.Text(value.string)
  }

  /// The text as it was received or set.
  public var string: String {
    get { text.string }
    set { text = Format.Text(newValue) }
  }

  /// Returns the value. Throws if the string is not valid in the format.
  public func parsed() throws(SyntaxError) -> Format {
    try Format(string)
  }

  /// Whether the string is valid in the format.
  public var isValid: Bool {
    (try? Format(string)) != nil
  }
}

extension FormatString: ExpressibleByStringLiteral {
  /// Creates a value from any string, which is not checked.
  public init(stringLiteral value: String) {
    self.init(value)
  }
}

extension FormatString: CustomStringConvertible {
  /// The text.
  public var description: String { string }
}
