/// A string format of the Lexicon language, as a type of validated values.
///
/// Lexicon specification, "String Formats". A conforming type can be created only from text that
/// matches the grammar of the format, and keeps that text unchanged.
public protocol StringFormat: Hashable, Sendable, CustomStringConvertible {
  /// The name of the format in Lexicon documents: `did`, `at-uri`, `record-key`, …
  static var formatName: String { get }

  /// The form in which ``FormatString`` stores text of this format.
  associatedtype Text: FormatText = String

  /// The string, exactly as it was given.
  var string: String { get }

  /// Parses a string, all of which must be of this format.
  init(_ text: String) throws(SyntaxError)
}

extension StringFormat {
  /// The text.
  public var description: String { string }
}

/// A form in which ``FormatString`` stores text.
public protocol FormatText: Hashable, Sendable {
  init(_ string: String)
  var string: String { get }
}

extension String: FormatText {
  /// The string itself.
  public var string: String { self }
}
