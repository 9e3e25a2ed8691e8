/// A string type with known values, which may also have other values (`knownValues`).
public protocol LexiconOpenString: LexiconValue, RawRepresentable<String>,
  ExpressibleByStringLiteral, CustomStringConvertible
{
  init(_ rawValue: String)
  static var knownValues: [String] { get }
}

/// A string type that lists all its values (`enum`): a Swift enumeration.
public protocol LexiconClosedString: LexiconValue, RawRepresentable<String>, CaseIterable {}

extension LexiconOpenString {
  /// Creates a value from any string.
  public init(rawValue: String) {
    self.init(rawValue)
  }

  /// Creates a value from any string.
  public init(stringLiteral value: String) {
    self.init(value)
  }

  /// The string.
  public var description: String { rawValue }

  /// Reads the value at the reader's position. Its constraints are not checked.
  public init(from reader: inout DataReader) throws(DataError) {
    self.init(try reader.text())
  }

  /// Writes the value.
  public func encode(to writer: inout DataWriter) {
    writer.text(rawValue)
  }
}

extension LexiconClosedString {
  /// Reads the value at the reader's position. Its constraints are not checked.
  public init(from reader: inout DataReader) throws(DataError) {
    let text = try reader.text()
    // Swift compares by canonical equivalence, but on the wire, only strings with the same bytes
    // are equal.
    guard let value = Self(rawValue: text), value.rawValue.utf8.elementsEqual(text.utf8) else {
      throw reader.unknownCase(text)
    }
    self = value
  }

  /// Writes the value.
  public func encode(to writer: inout DataWriter) {
    writer.text(rawValue)
  }
}

extension DataReader {
  fileprivate func unknownCase(_ text: String) -> DataError {
    DataError(
      .unknownCase,
      at: max(0, offset - 1),
      "'\(text.excerpt)' is not one of the type's values"
    )
  }
}
