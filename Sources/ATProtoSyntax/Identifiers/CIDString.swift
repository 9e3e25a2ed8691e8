// Lexicon format `cid`: the text of a content identifier. Data model, "Link and CID Formats",
// blesses CIDv1 in base32; for Lexicon validation "the most expansive identifier syntax format
// should be permitted", so any multibase text of plausible length is valid:
//
//   cid = base 7*255( character of the base )
//
// CIDv0 ("Qm…") has no multibase prefix and is not supported.

/// The text of a CID, in any multibase.
///
/// The format is permissive: only the type that decodes the text determines whether it is a CID
/// that the data model allows.
public struct CIDString: StringFormat {
  /// The name of the format in Lexicon documents: `cid`.
  public static var formatName: String { "cid" }

  /// Stored in a buffer that neighboring strings may share.
  public typealias Text = SharedText

  static let minimumLength = 8
  static let maximumLength = 256

  /// The string, exactly as it was given.
  public let string: String

  /// Parses a string, all of which must be a CID.
  public init(_ text: String) throws(SyntaxError) {
    let bytes = text.utf8Span.span
    do throws(Fault) {
      try Self.scan(bytes)
    } catch {
      throw SyntaxError(Self.formatName, error)
    }
    self.string = text
  }
}

extension CIDString {
  private static func scan(_ text: Span<UInt8>) throws(Fault) {
    guard text.count <= maximumLength else { throw .tooLong(maximumLength) }
    guard text.count >= minimumLength else {
      throw Fault(.tooShort, at: text.count, "shorter than \(minimumLength) bytes")
    }
    guard let alphabet = Multibase.alphabet(of: text[0]) else {
      throw Fault(.multibase, at: 0, "does not begin with a multibase prefix of a text alphabet")
    }
    var index = 1
    while index < text.count {
      let byte = text[index]
      guard alphabet.contains(byte) else {
        throw .character(byte, at: index, in: "a CID of this base")
      }
      index += 1
    }
  }
}
