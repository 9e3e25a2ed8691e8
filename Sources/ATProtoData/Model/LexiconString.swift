/// A string type whose known values are not all there may be (`knownValues`).
public protocol LexiconOpenString: LexiconValue, RawRepresentable<String>,
  ExpressibleByStringLiteral, CustomStringConvertible
{
  init(_ rawValue: String)
  static var knownValues: [String] { get }
}

/// A string type with all its values (`enum`), a Swift enumeration.
public protocol LexiconClosedString: LexiconValue, RawRepresentable<String>, CaseIterable {}

extension LexiconOpenString {
  public init(rawValue: String) {
    self.init(rawValue)
  }

  public init(stringLiteral value: String) {
    self.init(value)
  }

  public var description: String { rawValue }

  public init(from reader: inout DataReader) throws(DataError) {
    self.init(try reader.text())
  }

  public func encode(to writer: inout DataWriter) {
    writer.text(rawValue)
  }
}

extension LexiconClosedString {
  public init(from reader: inout DataReader) throws(DataError) {
    let text = try reader.text()
    // Swift compares by canonical equivalence; on the wire only the same bytes are the same text.
    guard let value = Self(rawValue: text), value.rawValue.utf8.elementsEqual(text.utf8) else {
      throw reader.unknownCase(text)
    }
    self = value
  }

  public func encode(to writer: inout DataWriter) {
    writer.text(rawValue)
  }
}

extension DataReader {
  fileprivate func unknownCase(_ text: String) -> DataError {
    DataError(
      .unknownCase,
      at: max(0, offset - 1),
      "'\(text.excerpt)' is none of the type's values"
    )
  }
}
