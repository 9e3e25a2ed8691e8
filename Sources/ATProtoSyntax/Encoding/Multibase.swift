/// Multibase: text whose first character names its base.
package enum Multibase {
  /// The multibase text of `bytes` in base58btc, the base used for keys.
  package static func base58btc(_ bytes: [UInt8]) -> String {
    "z" + Base58.encode(bytes)
  }

  /// The text after the prefix of base58btc, or nil if `text` has another prefix.
  package static func base58btcDigits(_ text: String) -> Substring? {
    text.utf8.first == UInt8(ascii: "z") ? text.dropFirst() : nil
  }

  /// The alphabet of the base that a prefix names, or nil if the prefix is unknown or its base
  /// needs characters beyond letters, digits and those of base64.
  static func alphabet(of prefix: UInt8) -> ByteSet? {
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

  private static let lowerBase32 = ByteSet("abcdefghijklmnopqrstuvwxyz234567")
}
