/// Words in camel case names.
enum Words {
  /// Splits a name: `getPostThread` is `get`, `Post`, `Thread`. A run of capitals is one word.
  static func of(_ name: String) -> [String] {
    var words: [String] = []
    let characters = Array(name)
    for (index, character) in characters.enumerated() {
      let isStart =
        index == 0
        || character.isUppercase
          && (!characters[index - 1].isUppercase
            || index + 1 < characters.count && characters[index + 1].isLowercase)
      if isStart {
        words.append(String(character))
      } else {
        words[words.count - 1].append(character)
      }
    }
    return words
  }

  /// Whether an English noun is probably a plural. Singular nouns such as `status`, `news` and
  /// `address` are recognized.
  static func isPlural(_ word: String) -> Bool {
    let word = word.lowercased()
    if irregularPlurals.contains(word) { return true }
    guard word.count > 3, word.hasSuffix("s"), !singulars.contains(word) else { return false }
    if pluralsLikeSingulars.contains(word) { return true }
    return !["ss", "us", "is", "ics"].contains(where: word.hasSuffix)
  }

  /// Whether an English noun is probably a plural, or is uncountable.
  static func canBePlural(_ word: String) -> Bool {
    isPlural(word) || uncountable.contains(word.lowercased())
  }

  private static let uncountable: Set<String> = [
    "news", "series", "species", "data", "metadata", "media", "traffic", "activity", "history",
    "presence", "progress", "feedback", "chat", "content", "information", "all", "everything",
  ]

  private static let irregularPlurals: Set<String> = [
    "people", "children", "men", "women", "feet", "teeth", "mice", "geese", "criteria", "phenomena",
    "indices", "vertices", "matrices", "ads", "ids", "dids", "cids", "uris", "urls",
  ]

  /// Plurals with an ending that is typical of singular nouns.
  private static let pluralsLikeSingulars: Set<String> = [
    "menus", "gurus", "emojis", "wikis", "taxis", "topics", "comics", "metrics", "clinics",
    "graphics", "mechanics", "lyrics", "pics",
  ]

  /// Singular nouns with an ending that is typical of plurals.
  private static let singulars: Set<String> = [
    "news", "series", "species", "lens", "canvas", "atlas", "alias", "bias", "christmas", "chaos",
    "cosmos", "ethos", "pathos", "means", "headquarters", "https", "sans", "always",
  ]

  /// "append “V2” to the original name (or “V3”, etc)" (style guide, "Lexicon evolution").
  static func isVersion(_ word: String) -> Bool {
    word.hasPrefix("V") && word.count > 1 && word.dropFirst().allSatisfy(\.isNumber)
  }

  /// Returns why a name does not follow the style guide, "Acceptable characters", or nil if it does.
  static func fault(inName name: String) -> String? {
    if name.utf8.count > 255 { return "has \(name.utf8.count) bytes; use at most 255" }
    // Other rules report empty and reserved names.
    guard let first = name.unicodeScalars.first, first != "$" else { return nil }
    if let scalar = name.unicodeScalars.first(where: { !isAlphanumeric($0) }) {
      return "contains \(quoted(String(scalar))); use ASCII letters and digits"
    }
    return ("0"..."9").contains(first) ? "begins with a digit; begin it with a letter" : nil
  }

  /// Whether a name is written `likeThis9`, in ASCII letters and digits.
  static func isLowerCamelCase(_ name: String) -> Bool {
    guard let first = name.unicodeScalars.first, ("a"..."z").contains(first) else { return false }
    return isAlphanumeric(name)
  }

  /// Whether a name is written `LikeThis9`, and not `LIKETHIS`.
  static func isUpperCamelCase(_ name: String) -> Bool {
    guard let first = name.unicodeScalars.first, ("A"..."Z").contains(first) else { return false }
    return isAlphanumeric(name)
      && (name.count < 5 || name.unicodeScalars.contains { ("a"..."z").contains($0) })
  }

  /// Whether a name is written `like-this-9`.
  static func isKebabCase(_ name: String) -> Bool {
    let parts = name.split(separator: "-", omittingEmptySubsequences: false)
    return parts.allSatisfy { part in
      !part.isEmpty
        && part.unicodeScalars.allSatisfy { ("a"..."z").contains($0) || ("0"..."9").contains($0) }
    }
  }

  private static func isAlphanumeric(_ name: String) -> Bool {
    name.unicodeScalars.allSatisfy { isAlphanumeric($0) }
  }

  private static func isAlphanumeric(_ scalar: Unicode.Scalar) -> Bool {
    ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar)
  }
}
