import ATProtoSyntax

/// Frequent mistakes in references, with their correction.
struct ReferenceRemedy {
  /// Why the text is not a reference, and what to do.
  var reason: String
  /// The corrected text, if it is certain.
  var correction: String?

  /// Returns nil if the text is none of the known mistakes.
  init?(_ text: String) {
    if let prefix = ["lex:", "lexicon:", "nsid:"].first(where: { text.lowercased().hasPrefix($0) })
    {
      let rest = String(text.dropFirst(prefix.count))
      reason = "remove the prefix \(quoted(prefix))"
      correction = Self.isReference(rest) ? rest : nil
    } else if text.lowercased().hasPrefix("at://") {
      reason = "it is an AT-URI; write the NSID of the document"
    } else if text.contains("://") {
      reason = "it is a URL; write the NSID of the document"
    } else if text.hasSuffix("#"), Self.isReference(String(text.dropLast())) {
      reason = "has no name after '#'; remove the '#' to refer to 'main'"
      correction = String(text.dropLast())
    } else if let slash = text.firstIndex(of: "/"), !text.contains("#") {
      let fragment = text[..<slash] + "#" + text[text.index(after: slash)...]
      guard Self.isReference(String(fragment)) else { return nil }
      reason = "write '#' before the name of a definition: \(quoted(String(fragment)))"
      correction = String(fragment)
    } else {
      return nil
    }
  }

  private static func isReference(_ text: String) -> Bool {
    let parts = text.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
    if parts.count > 1, parts[1].isEmpty || parts[1].contains("#") { return false }
    if parts[0].isEmpty { return parts.count > 1 }
    return (try? NSID(String(parts[0]))) != nil
  }
}
