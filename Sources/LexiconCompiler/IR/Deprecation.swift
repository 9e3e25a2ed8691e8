/// Recognises descriptions that call a definition deprecated.
package enum Deprecation {
  /// The text after the word, or an empty text; nil where the description does not begin with
  /// the word "deprecated" in any case.
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

  /// Without its full stop: what a compiler shows in one line.
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
