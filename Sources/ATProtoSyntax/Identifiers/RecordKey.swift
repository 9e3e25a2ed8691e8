// Record key specification, "Record Key Syntax":
//
//   record-key = 1*512( A-Z / a-z / 0-9 / "." / "-" / "_" / ":" / "~" )    ; not "." and not ".."

/// The key of a record in its collection, such as `self` or `3jui7kd54zh2y`. Case-sensitive.
public struct RecordKey: StringFormat {
  /// The name of the format in Lexicon documents: `record-key`.
  public static var formatName: String { "record-key" }

  static let maximumLength = 512

  /// The string, exactly as it was given.
  public let string: String

  /// Parses a string, all of which must be a record key.
  public init(_ text: String) throws(SyntaxError) {
    let bytes = text.utf8Span.span
    do throws(Fault) {
      try Self.scan(bytes, 0..<bytes.count)
    } catch {
      throw SyntaxError(Self.formatName, error)
    }
    self.string = text
  }

  /// Creates a record key from a TID.
  public init(_ tid: TID) {
    self.init(unchecked: tid.string)
  }

  init(unchecked string: String) {
    self.string = string
  }
}

extension RecordKey {
  private static let characters = ByteSet.alphanumerics.with(".-_:~")

  static func scan(_ text: Span<UInt8>, _ range: Range<Int>) throws(Fault) {
    guard range.count <= maximumLength else { throw .tooLong(maximumLength) }
    guard !range.isEmpty else {
      throw Fault(.incomplete, at: range.lowerBound, "is empty")
    }
    let allowed = characters
    var index = range.lowerBound
    while index < range.upperBound {
      let byte = text[index]
      guard allowed.contains(byte) else {
        throw .character(byte, at: index, in: "a record key")
      }
      index += 1
    }
    if range.count <= 2, text[range.lowerBound] == UInt8(ascii: "."),
      text[range.upperBound - 1] == UInt8(ascii: ".")
    {
      throw Fault(.reserved, at: range.lowerBound, "\".\" and \"..\" are not record keys")
    }
  }
}
