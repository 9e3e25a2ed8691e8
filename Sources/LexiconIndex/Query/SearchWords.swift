/// Splits text into words as a search compares them: sequences of letters, digits, and `_` of the
/// text in NFKC, case-folded.
///
/// Marks, such as vowel signs, belong to the word that they follow. A word is compared by its first
/// ``IndexLimits/wordBytes``. In scripts that are written without spaces, a word is as long as the
/// text between two punctuation marks.
public enum SearchWords {
  /// Returns the words of a text in order, at most `maximum`.
  public static func words(in text: String, maximum: Int = .max) -> [String] {
    scan(text, maximum: maximum).words
  }

  /// The most bytes that are normalized at once; normalized text may be eleven times as long.
  private static let pieceBytes = 8_192

  /// Returns the words of a text in order, at most `maximum`, and whether these are all.
  static func scan(_ text: String, maximum: Int) -> (words: [String], isComplete: Bool) {
    let bytes = Array(text.utf8)
    var words: [String] = []
    var index = 0
    while index < bytes.count, words.count <= maximum {
      // ASCII characters that are not in words divide the text into pieces that are normalized each
      // on its own: what follows such a character cannot change the words before it.
      var end = index
      var isASCII = true
      while end < bytes.count, bytes[end] >= 0x80 || isWord(bytes[end]) {
        if bytes[end] >= 0x80 { isASCII = false }
        end += 1
      }
      if isASCII {
        if index < end {
          let word = bytes[index..<min(end, index + IndexLimits.wordBytes)].map(lowercase)
          words.append(String(decoding: word, as: UTF8.self))
        }
        index = end + 1
        continue
      }
      if end - index > pieceBytes {
        end = index + pieceBytes
        while bytes[end] & 0xC0 == 0x80 { end -= 1 }
      }
      let piece = String(decoding: bytes[index..<end], as: UTF8.self)
      append(FoldedText.scalars(of: piece), to: &words, maximum)
      index = end
    }
    if words.count <= maximum { return (words, true) }
    return (Array(words.prefix(maximum)), false)
  }

  /// Appends the words of folded text, and stops when there are more than `maximum`.
  private static func append(
    _ scalars: [Unicode.Scalar],
    to words: inout [String],
    _ maximum: Int
  ) {
    var word: [UInt8] = []
    var isCut = false
    for scalar in scalars {
      let kind = kind(of: scalar)
      if kind == .letter || kind == .mark && !word.isEmpty {
        isCut = isCut || word.count + UTF8.width(scalar) > IndexLimits.wordBytes
        if isCut { continue }
        if scalar.isASCII {
          word.append(UInt8(truncatingIfNeeded: scalar.value))
        } else {
          word.append(contentsOf: UTF8.encode(scalar) ?? .init())
        }
        continue
      }
      if word.isEmpty { continue }
      words.append(String(decoding: word, as: UTF8.self))
      if words.count > maximum { return }
      word.removeAll(keepingCapacity: true)
      isCut = false
    }
    if !word.isEmpty { words.append(String(decoding: word, as: UTF8.self)) }
  }

  private enum Kind {
    case letter
    case mark
    case other
  }

  private static func kind(of scalar: Unicode.Scalar) -> Kind {
    if scalar.isASCII { return isWord(UInt8(truncatingIfNeeded: scalar.value)) ? .letter : .other }
    if FoldedText.isCaseless(scalar) { return .letter }
    if scalar.value < UInt32(kinds.count) { return kinds[Int(scalar.value)] }
    return kindByCategory(of: scalar)
  }

  /// The kinds of Latin, Greek, and Cyrillic characters.
  private static let kinds: [Kind] = (0..<UInt32(0x530)).map { value in
    Unicode.Scalar(value).map(kindByCategory) ?? .other
  }

  private static func kindByCategory(of scalar: Unicode.Scalar) -> Kind {
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
      .decimalNumber, .letterNumber, .otherNumber:
      return .letter
    // Variation selectors choose the picture of a character, not the character.
    case .nonspacingMark, .spacingMark:
      return scalar.properties.isVariationSelector ? .other : .mark
    default: return .other
    }
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    (byte | 0x20) &- UInt8(ascii: "a") < 26 || byte &- UInt8(ascii: "0") < 10
      || byte == UInt8(ascii: "_")
  }

  private static func lowercase(_ byte: UInt8) -> UInt8 {
    byte &- UInt8(ascii: "A") < 26 ? byte | 0x20 : byte
  }
}
