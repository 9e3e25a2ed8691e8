import Foundation

/// Text in NFKC with full case folding (Unicode Standard, 3.13, "Default Case Folding").
enum FoldedText {
  /// Returns the folded characters of a text.
  static func scalars(of text: String) -> [Unicode.Scalar] {
    if text.unicodeScalars.allSatisfy(isStable) { return folded(text.unicodeScalars) }
    return normalizedScalars(of: text)
  }

  /// The same, without the shortcut.
  static func normalizedScalars(of text: String) -> [Unicode.Scalar] {
    let folded = folded(text.precomposedStringWithCompatibilityMapping.unicodeScalars)
    var result = String.UnicodeScalarView()
    result.append(contentsOf: folded)
    // Folding can leave decomposed characters behind: "ΐ" in uppercase is three of them.
    return Array(String(result).precomposedStringWithCompatibilityMapping.unicodeScalars)
  }

  private static func folded(_ scalars: String.UnicodeScalarView) -> [Unicode.Scalar] {
    var result: [Unicode.Scalar] = []
    result.reserveCapacity(scalars.count)
    for scalar in scalars {
      if scalar.isASCII {
        let value = scalar.value
        result.append(
          (0x41...0x5A).contains(value)
            ? Unicode.Scalar(UInt8(truncatingIfNeeded: value | 0x20)) : scalar
        )
      } else if scalar.value < tableEnd, table[Int(scalar.value)] != 0 {
        result.append(Unicode.Scalar(table[Int(scalar.value)]) ?? scalar)
      } else if isCaseless(scalar) {
        result.append(scalar)
      } else if scalar.properties.changesWhenCaseFolded {
        result += folding(of: scalar)
      } else {
        result.append(scalar)
      }
    }
    return result
  }

  private static let tableEnd: UInt32 = 0x530

  /// The folded characters of Latin, Greek, and Cyrillic; zero if that is more than one.
  private static let table: [UInt32] = (0..<tableEnd).map { value in
    guard let scalar = Unicode.Scalar(value) else { return 0 }
    guard scalar.properties.changesWhenCaseFolded else { return value }
    let folded = folding(of: scalar)
    return folded.count == 1 ? folded.first?.value ?? 0 : 0
  }

  /// Whether a character is of one of the large scripts without upper and lower case.
  static func isCaseless(_ scalar: Unicode.Scalar) -> Bool {
    let value = scalar.value
    return (0x3041...0x3096).contains(value) || (0x30A1...0x30FA).contains(value)
      || (0x3400...0x4DBF).contains(value) || (0x4E00...0x9FFF).contains(value)
      || (0xAC00...0xD7A3).contains(value)
  }

  /// The standard library has mappings to upper and lower case, but not to folded case. To lower
  /// case by way of upper case is the same, because it makes "ß" and "ẞ" "ss", and "ς" "σ". Only
  /// Cherokee is folded to upper case.
  private static func folding(of scalar: Unicode.Scalar) -> String.UnicodeScalarView {
    if isSmallCherokee(scalar) { return scalar.properties.uppercaseMapping.unicodeScalars }
    var result = String.UnicodeScalarView()
    for lower in scalar.properties.lowercaseMapping.unicodeScalars {
      for upper in lower.properties.uppercaseMapping.unicodeScalars {
        result.append(contentsOf: upper.properties.lowercaseMapping.unicodeScalars)
      }
    }
    return result
  }

  private static func isSmallCherokee(_ scalar: Unicode.Scalar) -> Bool {
    (0xAB70...0xABBF).contains(scalar.value) || (0x13F8...0x13FD).contains(scalar.value)
  }

  /// Characters of the most common scripts that NFKC leaves alone, also next to each other, so that
  /// most text need not be normalized.
  private static let stable: [ClosedRange<UInt32>] = [
    0xC0...0x131, 0x134...0x13E, 0x141...0x148, 0x14A...0x17E,  // Latin
    0x391...0x3A1, 0x3A3...0x3CE,  // Greek
    0x400...0x481, 0x48A...0x52F,  // Cyrillic
    0x5D0...0x5EA,  // Hebrew
    0x621...0x63A, 0x641...0x64A,  // Arabic
    0x2012...0x2015, 0x2018...0x201F,  // Dashes and quotation marks
    0x3001...0x3002, 0x300C...0x300F, 0x3041...0x3096, 0x30A1...0x30FA, 0x30FC...0x30FC,  // Kana
    0x3400...0x4DBF, 0x4E00...0x9FFF,  // Han
    0xAC00...0xD7A3,  // Hangul
    0xFE0F...0xFE0F, 0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1F9FF,  // Emoji
  ]

  static func isStable(_ scalar: Unicode.Scalar) -> Bool {
    let value = scalar.value
    if value < 0x80 { return true }
    for range in stable {
      if value < range.lowerBound { return false }
      if value <= range.upperBound { return true }
    }
    return false
  }
}
