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
    return String(rest.drop { " :.,-–—".contains($0) })
  }
}
