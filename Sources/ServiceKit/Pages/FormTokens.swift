import ATProtoCrypto
import ATProtoSyntax
package import HTTPTypes

/// Recognizes forms that the person at the browser sent from a page of this server.
///
/// A page carries a token in each of its forms: a MAC over the browser's session and what the form is
/// about. Another site can neither read nor compute it. Beside that, modern browsers say where a form
/// comes from; the absence of these fields is tolerated, because old ones and some extensions leave
/// them out.
package struct FormTokens: Sendable {
  /// The name of the hidden field.
  package static let field = "csrf"

  private let key: [UInt8]
  private let baseURL: @Sendable () -> String

  /// - Parameter baseURL: the URL at which browsers currently reach the server.
  package init(key: [UInt8], baseURL: @escaping @Sendable () -> String) {
    self.key = key
    self.baseURL = baseURL
  }

  /// A token over parts without NUL.
  package func token(_ parts: [String]) -> String {
    let message = Array(parts.joined(separator: "\0").utf8)
    return Base64.url.encode(Array(HMACSHA256.authenticate(message, key: key).bytes.prefix(24)))
  }

  /// Whether a form brings back the token of these parts.
  package func isToken(_ text: String?, of parts: [String]) -> Bool {
    text.map { ConstantTime.areEqual($0, token(parts)) } ?? false
  }

  /// Whether a browser sent the request from a page of this server (Fetch Metadata Request Headers;
  /// RFC 6454, 7).
  package func isFromThisServer(_ headers: HTTPFields, authority: String?) -> Bool {
    // "none": the person has reloaded the page of a form.
    if let site = headers[.secFetchSite], site != "same-origin", site != "none" { return false }
    guard let origin = headers[.origin] else { return true }
    let url = baseURL()
    if origin == url { return true }
    // On this machine, a server has several names. A browser sends both fields truthfully.
    guard let authority, let separator = origin.firstRange(of: "://") else { return false }
    return origin[separator.upperBound...] == authority
      && (origin.hasPrefix("https://") || url.hasPrefix("http://"))
  }

  /// Whether a page is opened in a tab (Fetch Metadata Request Headers): what is embedded can be laid
  /// over with other content.
  package static func isOpened(_ headers: HTTPFields) -> Bool {
    (headers[.secFetchMode].map { $0 == "navigate" } ?? true)
      && (headers[.secFetchDest].map { $0 == "document" } ?? true)
  }
}
