import ATProtoSyntax

// search = *( white space ) *( term *( white space ) )
// term   = [ "-" ] ( phrase / word )          ; "-" only at the beginning of a term
// phrase = %x22 *( any character except %x22 ) %x22
// word   = 1*( any character except white space and, if another one follows, %x22 )
//
// Nothing else is an operator: other characters that are not in words separate words.

extension CollectionPlan {
  /// Parses the words of a search, and the paths of the fields to search. Throws
  /// ``IndexQueryError/Code/invalidRequest`` if there is nothing to search for or there are more
  /// than 64 terms, ``IndexQueryError/Code/unknownField``, and
  /// ``IndexQueryError/Code/invalidFilter`` for fields without words.
  public func search(_ text: String, fields: [String]?) throws(IndexQueryError) -> SearchExpression
  {
    var numbers: Set<Int> = []
    for path in fields ?? [] { numbers.formUnion(try searchedFields(path)) }
    var expression = SearchExpression(
      required: [],
      fields: numbers.isEmpty ? nil : numbers.sorted()
    )
    for term in SearchTerms(text) {
      let words = SearchWords.words(in: term.text)
      if words.isEmpty { continue }
      if term.isExcluded {
        expression.excluded.append(words)
      } else if term.isPhrase {
        expression.required.append(words)
      } else {
        expression.required += words.map { [$0] }
      }
    }
    expression.required = Self.distinct(expression.required)
    expression.excluded = Self.distinct(expression.excluded)
    guard !expression.required.isEmpty else {
      throw IndexQueryError(
        .invalidRequest,
        expression.excluded.isEmpty
          ? "cannot search: the text has no words; words have letters, digits, or '_'"
          : "cannot search: all words are excluded; add a word that must occur"
      )
    }
    let terms = expression.required.count + expression.excluded.count
    guard terms <= IndexLimits.searchTerms else {
      throw IndexQueryError(
        .invalidRequest,
        "cannot search: there are \(terms) terms, and at most \(IndexLimits.searchTerms) are allowed"
      )
    }
    return expression
  }

  private func searchedFields(_ path: String) throws(IndexQueryError) -> [Int] {
    guard case .fields(let fields) = try target(path) else {
      throw IndexQueryError(.invalidFilter, "cannot search '\(path)': it is not text")
    }
    let searched = fields.filter(\.isSearched)
    guard searched.isEmpty else { return searched.map(\.number) }
    let reason =
      switch fields[0].kind {
      case .string: "its values are identifiers or listed in the lexicon"
      case .presence where fields[0].type == "array": "write '\(excerpt(path))[]' for its elements"
      default: "its type is \(fields[0].type)"
      }
    throw IndexQueryError(.invalidFilter, "cannot search '\(excerpt(path))': \(reason)")
  }

  private static func distinct(_ sequences: [[String]]) -> [[String]] {
    var seen: Set<[String]> = []
    return sequences.filter { seen.insert($0).inserted }
  }
}

/// The terms of a search as they are written.
private struct SearchTerms: Sequence, IteratorProtocol {
  struct Term {
    var text: String
    var isExcluded = false
    var isPhrase = false
  }

  private var rest: Substring.UnicodeScalarView

  init(_ text: String) {
    rest = text[...].unicodeScalars
  }

  mutating func next() -> Term? {
    rest = rest.drop { $0.properties.isWhitespace }
    guard let first = rest.first else { return nil }
    var term = Term(text: "")
    if first == "-" {
      term.isExcluded = true
      rest.removeFirst()
    }
    if rest.first == "\"" {
      let inner = rest.dropFirst()
      if let end = inner.firstIndex(of: "\"") {
        term.text = String(Substring(inner[..<end]))
        term.isPhrase = true
        rest = inner[inner.index(after: end)...]
        return term
      }
      // A single quotation mark is like any other punctuation mark.
      rest.removeFirst()
    }
    let end = rest.firstIndex { $0 == "\"" || $0.properties.isWhitespace } ?? rest.endIndex
    term.text = String(Substring(rest[..<end]))
    rest = rest[end...]
    return term
  }
}
