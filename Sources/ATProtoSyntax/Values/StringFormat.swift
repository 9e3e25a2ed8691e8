/// A string format of the Lexicon language, as a validated value.
///
/// Lexicon specification, "String Formats". A conforming type is constructed only from text that
/// the format's grammar accepts and keeps that text unchanged.
public protocol StringFormat: Hashable, Sendable, CustomStringConvertible {
  /// The name a Lexicon document uses in `format`: `did`, `at-uri`, `record-key`, …
  static var formatName: String { get }

  /// How ``FormatString`` keeps texts of this format.
  associatedtype Text: FormatText = String

  /// The text as it was given.
  var string: String { get }

  /// Parses `text`, which must be of this format from its first byte to its last.
  init(_ text: String) throws(SyntaxError)
}

extension StringFormat {
  public var description: String { string }
}

/// A text in the form in which a ``FormatString`` keeps it.
public protocol FormatText: Hashable, Sendable {
  init(_ string: String)
  var string: String { get }
}

extension String: FormatText {
  public var string: String { self }
}
