import ATProtoAuth
import ATProtoSyntax
import HTTPTypes
import ServiceKit

/// Refuses forms that the person at the browser did not send from a page of this server.
struct FormGuard: Sendable {
  /// The name of the hidden field.
  static let field = FormTokens.field

  private let tokens: FormTokens

  init(key: [UInt8], baseURL: ServiceBaseURL) {
    tokens = FormTokens(key: key) { baseURL.url }
  }

  /// The token of forms about a request, or the account page, on a browser.
  func token(_ purpose: SignInPurpose, on device: String) -> String {
    tokens.token(["form", device, purpose.marker])
  }

  /// Shows that the owner of an account gave the password within an authorization request.
  func proof(of did: DID, _ purpose: SignInPurpose, on device: String) -> String {
    tokens.token(["proof", device, purpose.marker, did.string])
  }

  func isProof(_ text: String?, of did: DID, _ purpose: SignInPurpose, on device: String) -> Bool {
    tokens.isToken(text, of: ["proof", device, purpose.marker, did.string])
  }

  /// The name of a browser in pages that other browsers of the same account show.
  func label(of device: String) -> String { tokens.token(["label", device]) }

  /// Throws ``PageProblem/foreignForm``.
  func check(
    _ request: PageRequest,
    _ purpose: SignInPurpose,
    on device: BrowserDevice
  ) throws(PageProblem) {
    guard tokens.isFromThisServer(request.headers, authority: request.authority),
      // New cookies mean that the browser has sent none, or invalid ones.
      tokens.isToken(request.form[Self.field], of: ["form", device.id, purpose.marker])
    else { throw .foreignForm }
  }

  /// Throws ``PageProblem/embedded`` if a page is not opened in a tab.
  static func checkIsOpened(_ headers: HTTPFields) throws(PageProblem) {
    guard FormTokens.isOpened(headers) else { throw .embedded }
  }
}
