/// A language of the pages.
enum PageLanguage: String, CaseIterable, Sendable {
  case english = "en"
  case german = "de"
  case spanish = "es"
  case french = "fr"
  case japanese = "ja"
  case portuguese = "pt-BR"

  /// The language tag (BCP 47).
  var tag: String { rawValue }

  func callAsFunction(_ phrase: Phrase) -> String {
    switch self {
    case .english: phrase.english
    case .german: phrase.german
    case .spanish: phrase.spanish
    case .french: phrase.french
    case .japanese: phrase.japanese
    case .portuguese: phrase.portuguese
    }
  }

  /// The language that a tag asks for, in any of its varieties; nil if the pages are not in it.
  init?(range: String) {
    let primary = range.prefix { $0 != "-" }.lowercased()
    guard let language = Self.allCases.first(where: { $0.tag.prefix(2) == primary }) else {
      return nil
    }
    self = language
  }
}

extension PageLanguage {
  /// `a, b, and c`.
  func list(_ items: [String]) -> String {
    switch self {
    case .english: Self.joined(items, "and", hasSerialComma: true)
    case .german: Self.joined(items, "und")
    case .spanish: Self.joined(items, "y")
    case .french: Self.joined(items, "et")
    case .japanese: items.joined(separator: "、")
    case .portuguese: Self.joined(items, "e")
    }
  }

  /// `a, b, or c`.
  func choice(_ items: [String]) -> String {
    switch self {
    case .english: Self.joined(items, "or", hasSerialComma: true)
    case .german: Self.joined(items, "oder")
    case .spanish: Self.joined(items, "o")
    case .french, .portuguese: Self.joined(items, "ou")
    case .japanese: items.joined(separator: "または")
    }
  }

  private static func joined(
    _ items: [String],
    _ conjunction: String,
    hasSerialComma: Bool = false
  ) -> String {
    guard items.count > 1 else { return items.first ?? "" }
    let comma = hasSerialComma && items.count > 2 ? "," : ""
    return items.dropLast().joined(separator: ", ")
      + "\(comma) \(conjunction) \(items[items.count - 1])"
  }
}

extension String {
  /// With a capital at the beginning, as a sentence has it.
  var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
