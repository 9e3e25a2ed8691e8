import ATProtoCrypto
import ATProtoSyntax
import HTTPTypes

/// A cookie of the review page (RFC 6265bis, 4.1).
///
/// On https, its name begins with `__Host-`, so neither a sibling domain nor plain HTTP can set it.
struct ReviewCookie: Sendable {
  /// The session of a moderator who is logged in.
  static let session = ReviewCookie("review", lifetime: 12 * 3600)
  /// Binds the form of the log-in to a browser.
  static let logIn = ReviewCookie("review-login", lifetime: 3600)
  /// Binds a log-in to the browser in which it began.
  static let state = ReviewCookie("review-state", lifetime: 3600)

  private let name: String
  /// In seconds.
  let lifetime: Int
  /// Bytes of all cookies of a request that are looked at.
  private static let maximumLength = 8_192

  private init(_ name: String, lifetime: Int) {
    self.name = name
    self.lifetime = lifetime
  }

  private func name(isSecure: Bool) -> String { isSecure ? "__Host-\(name)" : name }

  /// The value in a request; nil if it is absent, or occurs twice.
  func value(in headers: HTTPFields, isSecure: Bool) -> String? {
    let fields = headers[values: .cookie]
    guard fields.reduce(0, { $0 + $1.utf8.count }) <= Self.maximumLength else { return nil }
    let name = name(isSecure: isSecure)
    var found: [Substring] = []
    for pair in fields.lazy.flatMap({ $0.split(separator: ";") }) {
      let pair = pair.drop { $0 == " " }
      guard let sign = pair.firstIndex(of: "="), pair[..<sign] == name else { continue }
      found.append(pair[pair.index(after: sign)...])
    }
    guard found.count == 1, !found[0].isEmpty, found[0].utf8.count <= 128 else { return nil }
    return String(found[0])
  }

  /// The value of `Set-Cookie`; an empty value deletes the cookie.
  func field(_ value: String, isSecure: Bool) -> String {
    // Lax: a request that another site starts carries the cookie only if it opens a page, as the
    // return from the authorization server does.
    "\(name(isSecure: isSecure))=\(value); Path=/; Max-Age=\(value.isEmpty ? 0 : lifetime); "
      + "HttpOnly; SameSite=Lax" + (isSecure ? "; Secure" : "")
  }

  /// A new value of 256 bits.
  static func randomValue() -> String { Base64.url.encode(SecureRandom.bytes(32)) }
}
