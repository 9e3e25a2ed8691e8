import HTTPTypes

/// The languages that a person reads, and the one of the pages that is chosen by them.
struct PageLanguages: Hashable, Sendable {
  private static let maximumCount = 10
  private static let maximumLength = 256

  /// The most preferred first.
  let preferred: [String]
  /// The first of them in which there are pages, or English.
  let page: PageLanguage

  /// - Parameters:
  ///   - headers: those of the browser, with `Accept-Language` (RFC 9110, 12.5.4).
  ///   - requested: `ui_locales` of the authorization request.
  init(_ headers: HTTPFields, requested: [String] = []) {
    preferred = requested + Self.accepted(headers)
    page = preferred.lazy.compactMap { PageLanguage(range: $0) }.first ?? .english
  }

  /// The languages in which texts of others, such as the title of a permission set, are shown: none
  /// that the person reads less well than the page.
  var forTexts: [String] {
    let end = preferred.firstIndex { PageLanguage(range: $0) == page }
    return end.map { Array(preferred[...$0]) } ?? preferred
  }

  private static func accepted(_ headers: HTTPFields) -> [String] {
    let field = (headers[.acceptLanguage] ?? "").utf8.prefix(maximumLength)
    let ranges = String(decoding: field, as: UTF8.self).split(separator: ",").prefix(maximumCount)
    let weighted = ranges.enumerated().compactMap { offset, range -> (Double, Int, String)? in
      let parts = range.split(separator: ";").map { $0.filter { $0 != " " && $0 != "\t" } }
      guard let tag = parts.first, tag != "*", !tag.isEmpty else { return nil }
      let weight = parts.dropFirst().first { $0.hasPrefix("q=") }
        .map { Double($0.dropFirst(2)) ?? 0 }
      return (weight ?? 1, offset, String(tag))
    }
    return weighted.filter { $0.0 > 0 }
      .sorted { $0.0 != $1.0 ? $0.0 > $1.0 : $0.1 < $1.1 }
      .map(\.2)
  }
}
