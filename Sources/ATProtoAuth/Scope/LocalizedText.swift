import ATProtoData

/// A text with translations: `title` and `title:lang` of a permission set.
struct LocalizedText: Hashable, Sendable {
  private let text: String?
  /// By language tag in lowercase.
  private let translations: [String: String]

  init(_ fields: DataValue, _ name: String, maximumLength: Int) {
    func cleaned(_ value: DataValue?) -> String? {
      value?.string.flatMap { DisplayText.cleaned($0, maximumLength: maximumLength) }
    }
    text = cleaned(fields[name])
    var translations: [String: String] = [:]
    for (tag, value) in fields["\(name):lang"]?.object ?? [:] {
      translations[tag.lowercased()] = cleaned(value)
    }
    self.translations = translations
  }

  /// The text in the first of the languages that it has (RFC 4647, 3.4), or the text without a
  /// language, which also serves readers of English: it is what most authors write it in.
  func text(in languages: [String]) -> String? {
    for language in languages.prefix(20) where language.utf8.count <= 64 {
      var range = language.lowercased()[...]
      while !range.isEmpty {
        if let translation = translations[String(range)] { return translation }
        // "Single letter or digit subtags … are removed as well."
        repeat {
          range = range.lastIndex(of: "-").map { range[..<$0] } ?? ""
        } while range.dropLast().last == "-"
      }
      if text != nil, language.lowercased().prefix(while: { $0 != "-" }) == "en" { break }
    }
    return text ?? translations.min { $0.key < $1.key }?.value
  }
}

/// Text that strangers wrote and people read.
enum DisplayText {
  /// The text without characters that are invisible or change the order of others, with single
  /// spaces, and not longer than `maximumLength` characters. Returns nil if nothing is left.
  static func cleaned(_ text: String, maximumLength: Int) -> String? {
    var cleaned = String.UnicodeScalarView()
    // Twice, because a character may have marks; not more, because it may have thousands.
    for scalar in text.unicodeScalars.prefix(4 * maximumLength) {
      if cleaned.count >= 2 * maximumLength { break }
      switch scalar.properties.generalCategory {
      case .control, .spaceSeparator, .lineSeparator, .paragraphSeparator:
        if !cleaned.isEmpty, cleaned.last != " " { cleaned.append(" ") }
      case .format:
        // Joiners are part of words and emoji.
        if scalar == "\u{200C}" || scalar == "\u{200D}" { cleaned.append(scalar) }
      case .surrogate, .privateUse, .unassigned: break
      default: cleaned.append(scalar)
      }
    }
    var result = String(cleaned).prefix(maximumLength)
    while result.last == " " { result.removeLast() }
    return result.isEmpty ? nil : String(result)
  }
}
