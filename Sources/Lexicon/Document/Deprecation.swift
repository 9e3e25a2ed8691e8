// Lexicon has no field for deprecation, so descriptions are the only place that mentions it.

/// Recognizes descriptions that call the described thing itself deprecated.
public enum Deprecation {
  /// Returns what a description advises instead of the deprecated thing: one sentence without its
  /// period, or an empty string if there is no such sentence. Returns nil if the description does
  /// not call the thing deprecated.
  ///
  /// A sentence calls it deprecated if it begins with the word (`DEPRECATED: use 'q' instead.`), if
  /// it says that `this`, `it`, or `the field` is deprecated, or if it ends with `, deprecated`.
  public static func reason(in description: String?) -> String? {
    guard let description, mentions(description) else { return nil }
    let sentences = Sentences.of(description)
    for (index, sentence) in sentences.enumerated() {
      guard let rest = rest(of: sentence) else { continue }
      let reason = trimmed(rest)
      if !reason.isEmpty { return reason }
      let next = index + 1 < sentences.count ? sentences[index + 1] : ""
      return isAdvice(next) ? trimmed(next) : ""
    }
    return nil
  }

  private static let word = "deprecated"

  /// Most descriptions do not contain the word, and searching for it is cheap.
  private static func mentions(_ text: String) -> Bool {
    var state = 0
    let letters = Array(word.utf8)
    for byte in text.utf8 {
      let letter = byte | 0x20
      state = letter == letters[state] ? state + 1 : letter == letters[0] ? 1 : 0
      if state == letters.count { return true }
    }
    return false
  }

  /// The text after the word in a sentence that calls its subject deprecated, or nil.
  private static func rest(of sentence: Substring) -> Substring? {
    let text = sentence.drop { " \t\r[(*_`\"'".contains($0) }
    if let rest = text.after(word: word) {
      // The word may be emphasized or in brackets.
      return text.startIndex > sentence.startIndex ? rest.drop { ")]*_`\"'".contains($0) } : rest
    }
    if let predicate = predicate(of: text), let rest = predicate.after(word: word) { return rest }
    let end = sentence.trimmingSuffix { " .!)]*_`".contains($0) }
    for separator in [", ", "— ", "– ", " - ", " -- "]
    where end.lowercasedHasSuffix(separator + word) { return "" }
    return nil
  }

  /// The text after `This field is now`, for a sentence about the described thing.
  private static func predicate(of text: Substring) -> Substring? {
    var rest: Substring
    if let after = text.after(word: "it") {
      rest = after.drop(while: \.isWhitespace)
    } else if let after = text.after(word: "this") ?? text.after(word: "the") {
      rest = after.drop(while: \.isWhitespace)
      if let noun = nouns.first(where: { rest.after(word: $0) != nil }) {
        rest = rest.dropFirst(noun.count).drop(while: \.isWhitespace)
      } else if text.after(word: "the") != nil {
        return nil
      }
    } else {
      return nil
    }
    for verb in ["has been", "is", "are", "was"] {
      guard let after = rest.after(word: verb) else { continue }
      rest = after.drop(while: \.isWhitespace)
      for adverb in ["now", "officially", "also"] {
        if let after = rest.after(word: adverb) { rest = after.drop(while: \.isWhitespace) }
      }
      return rest
    }
    return nil
  }

  private static let nouns = [
    "field", "property", "parameter", "record", "object", "type", "definition", "token", "value",
    "method", "query", "procedure", "endpoint", "subscription", "call", "permission set", "lexicon",
    "schema", "union", "array", "string",
  ]

  private static func isAdvice(_ sentence: Substring) -> Bool {
    let text = sentence.drop { " \t\r([*_`".contains($0) }
    return adviceWords.contains { text.after(word: $0) != nil }
  }

  private static let adviceWords = [
    "use", "please use", "prefer", "see", "instead", "replaced", "never", "do not", "don't",
  ]

  private static func trimmed(_ text: Substring) -> String {
    String(text.drop { " :;.,-–—\t\r".contains($0) }.trimmingSuffix { " .\t\r".contains($0) })
  }
}

/// One sentence fits the single line in which compilers show a message.
private enum Sentences {
  /// Splits a text after periods that white space follows, and at line breaks.
  static func of(_ text: String) -> [Substring] {
    var sentences: [Substring] = []
    var start = text.startIndex
    var index = text.startIndex
    while index < text.endIndex {
      let character = text[index]
      let next = text.index(after: index)
      let ends =
        character.isNewline
        || ".!?".contains(character) && (next == text.endIndex || text[next].isWhitespace)
      if ends {
        let end = character.isNewline ? index : next
        if text[start..<end].contains(where: { !$0.isWhitespace }) {
          sentences.append(text[start..<end].drop(while: \.isWhitespace))
        }
        start = next
      }
      index = next
    }
    if text[start...].contains(where: { !$0.isWhitespace }) {
      sentences.append(text[start...].drop(while: \.isWhitespace))
    }
    return sentences
  }
}

extension Substring {
  /// The text after a word that it begins with, in any case; nil if it does not begin with it.
  fileprivate func after(word: String) -> Substring? {
    let head = prefix(word.count)
    guard head.count == word.count, head.lowercased() == word else { return nil }
    let rest = dropFirst(word.count)
    if let next = rest.first, next.isLetter || next.isNumber { return nil }
    return rest
  }

  fileprivate func lowercasedHasSuffix(_ suffix: String) -> Bool {
    self.suffix(suffix.count).lowercased() == suffix
  }

  fileprivate func trimmingSuffix(while predicate: (Character) -> Bool) -> Substring {
    var text = self
    while let last = text.last, predicate(last) { text.removeLast() }
    return text
  }
}
