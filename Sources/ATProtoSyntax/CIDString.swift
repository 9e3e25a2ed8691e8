// Lexicon format `cid`: the text of a content identifier. Data model, "Link and CID Formats",
// blesses CIDv1 in base32; for Lexicon validation "the most expansive identifier syntax format
// should be permitted", so any multibase text of plausible length is of the format:
//
//   cid = base 7*255( character of the base )
//
// CIDv0 ("Qm…") has no multibase prefix and is not supported.

/// The text of a CID, in any multibase; whether it is one that the data model blesses is for the
/// type that decodes it.
public struct CIDString: StringFormat {
  public static var formatName: String { "cid" }

  public typealias Text = SharedText

  static let minimumLength = 8
  static let maximumLength = 256

  public let string: String

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
  private static let lowerBase32 = ByteSet("abcdefghijklmnopqrstuvwxyz234567")

  private static func scan(_ text: Span<UInt8>) throws(Fault) {
    guard text.count <= maximumLength else { throw .tooLong(maximumLength) }
    guard text.count >= minimumLength else {
      throw Fault(.tooShort, at: text.count, "shorter than \(minimumLength) bytes")
    }
    guard let alphabet = alphabet(of: text[0]) else {
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

  /// The alphabets of the multibase table that need no character beyond letters, digits and those
  /// of base64.
  private static func alphabet(of prefix: UInt8) -> ByteSet? {
    switch Unicode.Scalar(prefix) {
    case "b": lowerBase32
    case "0": ByteSet("01")
    case "7": ByteSet("01234567")
    case "9": ByteSet("0123456789")
    case "f": ByteSet("0123456789abcdef")
    case "F": ByteSet("0123456789ABCDEF")
    case "B": ByteSet("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
    case "c": lowerBase32.with("=")
    case "C": ByteSet("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567=")
    case "v": ByteSet("0123456789abcdefghijklmnopqrstuv")
    case "V": ByteSet("0123456789ABCDEFGHIJKLMNOPQRSTUV")
    case "t": ByteSet("0123456789abcdefghijklmnopqrstuv=")
    case "T": ByteSet("0123456789ABCDEFGHIJKLMNOPQRSTUV=")
    case "h": ByteSet("ybndrfg8ejkmcpqxot1uwisza345h769")
    case "k": ByteSet("0123456789abcdefghijklmnopqrstuvwxyz")
    case "K": ByteSet("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    case "z", "Z": ByteSet("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz")
    case "m": ByteSet.alphanumerics.with("+/")
    case "M": ByteSet.alphanumerics.with("+/=")
    case "u": ByteSet.alphanumerics.with("-_")
    case "U": ByteSet.alphanumerics.with("-_=")
    default: nil
    }
  }
}
