/// Recognizes descriptions which say that a definition is deprecated, because Lexicon does not have
/// a field for that.
package enum Deprecation {
  /// The first sentence after the word "deprecated", without its period; empty if there is none.
  ///
  /// Returns nil unless the description starts with that word, in upper or lower case.
  package static func reason(in description: String?) -> String? {
    guard let description else { return nil }
    let word = "deprecated"
    guard description.utf8.count >= word.utf8.count,
      description.prefix(word.count).lowercased() == word
    else { return nil }
    let rest = description.dropFirst(word.count)
    if let next = rest.first, next.isLetter { return nil }
    return firstSentence(of: rest.drop { " :.,-–—".contains($0) })
  }

  /// One sentence fits the single line in which compilers show a message.
  private static func firstSentence(of text: Substring) -> String {
    var sentence = text
    var index = text.startIndex
    while let stop = text[index...].firstIndex(where: { $0 == "." || $0.isNewline }) {
      let next = text.index(after: stop)
      if next == text.endIndex || text[next].isWhitespace || text[stop].isNewline {
        sentence = text[..<stop]
        break
      }
      index = next
    }
    return String(sentence)
  }
}
