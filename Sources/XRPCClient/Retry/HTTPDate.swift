import ATProtoSyntax

/// A date in the format of HTTP header fields.
///
///     IMF-fixdate = day-name "," SP 2DIGIT SP month SP 4DIGIT SP hour ":" minute ":" second SP "GMT"
///
/// (RFC 9110, 5.6.7). The obsolete formats are not accepted.
struct HTTPDate {
  /// Seconds since 1970.
  let seconds: Int64

  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  init?(_ text: String) {
    guard text.utf8.count == 29 else { return nil }
    let parts = text.split(separator: " ", omittingEmptySubsequences: false)
    guard parts.count == 6, parts[0].utf8.count == 4, parts[0].last == ",", parts[5] == "GMT",
      parts[1].utf8.count == 2, parts[3].utf8.count == 4,
      let month = Self.months.firstIndex(of: String(parts[2]))
    else { return nil }
    let number = month < 9 ? "0\(month + 1)" : "\(month + 1)"
    guard let date = try? Datetime("\(parts[3])-\(number)-\(parts[1])T\(parts[4])Z") else {
      return nil
    }
    seconds = date.instant.seconds
  }
}
