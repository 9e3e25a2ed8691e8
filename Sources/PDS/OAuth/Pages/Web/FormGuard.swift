import ATProtoAuth
import ATProtoCrypto
import ATProtoSyntax
import HTTPTypes

/// Refuses forms that the person at the browser did not send from a page of this server.
///
/// A page carries a token in each of its forms: a MAC over the browser's name and what the form is
/// about. Another site can neither read nor compute it. Beside that, modern browsers say where a form
/// comes from; the absence of these fields is tolerated, because old ones and some extensions leave
/// them out.
struct FormGuard: Sendable {
  /// The name of the hidden field.
  static let field = "csrf"

  private let key: [UInt8]
  private let baseURL: ServiceBaseURL

  init(key: [UInt8], baseURL: ServiceBaseURL) {
    self.key = key
    self.baseURL = baseURL
  }

  /// The token of forms about a request, or the account page, on a browser.
  func token(_ purpose: SignInPurpose, on device: String) -> String {
    mac(["form", device, purpose.marker])
  }

  /// Shows that the owner of an account gave the password within an authorization request.
  func proof(of did: DID, _ purpose: SignInPurpose, on device: String) -> String {
    mac(["proof", device, purpose.marker, did.string])
  }

  func isProof(_ text: String?, of did: DID, _ purpose: SignInPurpose, on device: String) -> Bool {
    text.map { ConstantTime.areEqual($0, proof(of: did, purpose, on: device)) } ?? false
  }

  /// The name of a browser in pages that other browsers of the same account show.
  func label(of device: String) -> String { mac(["label", device]) }

  /// Throws ``PageProblem/foreignForm``.
  func check(
    _ request: PageRequest,
    _ purpose: SignInPurpose,
    on device: BrowserDevice
  ) throws(PageProblem) {
    guard isFromThisServer(request.headers, authority: request.authority),
      // New cookies mean that the browser has sent none, or invalid ones.
      let token = request.form[Self.field],
      ConstantTime.areEqual(token, self.token(purpose, on: device.id))
    else { throw .foreignForm }
  }

  /// Throws ``PageProblem/embedded`` if a page is not opened in a tab (Fetch Metadata Request
  /// Headers): what is embedded can be laid over with other content.
  static func checkIsOpened(_ headers: HTTPFields) throws(PageProblem) {
    guard headers[.secFetchMode].map({ $0 == "navigate" }) ?? true,
      headers[.secFetchDest].map({ $0 == "document" }) ?? true
    else { throw .embedded }
  }

  private func isFromThisServer(_ headers: HTTPFields, authority: String?) -> Bool {
    // "none": the person has reloaded the page of a form.
    if let site = headers[.secFetchSite], site != "same-origin", site != "none" { return false }
    guard let origin = headers[.origin] else { return true }
    let url = baseURL.url
    if origin == url { return true }
    // On this machine, a server has several names. A browser sends both fields truthfully.
    guard let authority, let separator = origin.firstRange(of: "://") else { return false }
    return origin[separator.upperBound...] == authority
      && (origin.hasPrefix("https://") || url.hasPrefix("http://"))
  }

  private func mac(_ parts: [String]) -> String {
    // No part contains NUL: browsers and requests have names in ASCII.
    let message = Array(parts.joined(separator: "\0").utf8)
    return Base64.url.encode(Array(HMACSHA256.authenticate(message, key: key).bytes.prefix(24)))
  }
}

extension HTTPField.Name {
  static let secFetchSite = HTTPField.Name("Sec-Fetch-Site")!
  static let secFetchMode = HTTPField.Name("Sec-Fetch-Mode")!
  static let secFetchDest = HTTPField.Name("Sec-Fetch-Dest")!
}
