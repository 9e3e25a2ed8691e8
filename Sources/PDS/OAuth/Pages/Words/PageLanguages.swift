import HTTPTypes

/// The languages that a person reads, the most preferred first.
///
/// The pages themselves are in English; texts of permission sets have translations.
enum PageLanguages {
  private static let maximumCount = 10
  private static let maximumLength = 256

  /// - Parameters:
  ///   - requested: `ui_locales` of the authorization request.
  ///   - headers: those of the browser, with `Accept-Language` (RFC 9110, 12.5.4).
  static func preferred(_ requested: [String], _ headers: HTTPFields) -> [String] {
    let field = (headers[.acceptLanguage] ?? "").utf8.prefix(maximumLength)
    let ranges = String(decoding: field, as: UTF8.self).split(separator: ",").prefix(maximumCount)
    let weighted = ranges.enumerated().compactMap { offset, range -> (Double, Int, String)? in
      let parts = range.split(separator: ";").map { $0.filter { $0 != " " && $0 != "\t" } }
      guard let tag = parts.first, tag != "*", !tag.isEmpty else { return nil }
      let weight = parts.dropFirst().first { $0.hasPrefix("q=") }
        .map { Double($0.dropFirst(2)) ?? 0 }
      return (weight ?? 1, offset, String(tag))
    }
    let accepted = weighted.filter { $0.0 > 0 }
      .sorted { $0.0 != $1.0 ? $0.0 > $1.0 : $0.1 < $1.1 }
    return requested + accepted.map(\.2)
  }
}
