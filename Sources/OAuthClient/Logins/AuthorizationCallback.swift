import ATProtoAuth

/// The parameters with which the authorization server sends the browser back (RFC 6749, 4.1.2;
/// RFC 9207, 2):
///
///     state=…&iss=…&code=…      or      state=…&iss=…&error=…[&error_description=…]
///
/// They come from a browser, and are checked by ``OAuthApp/finishLogin(_:)``.
public struct AuthorizationCallback: Hashable, Sendable {
  /// Identifies the login.
  public let state: String
  let issuer: String?
  let code: String?
  let error: String?
  let errorDescription: String?

  private static let maximumBytes = 16 << 10

  /// Reads the query or the fragment of a URL, or a query alone, such as the body of a form.
  ///
  /// - Throws: ``OAuthClientError/Code/callback`` if there is no `state`, a parameter is repeated, or
  ///   the text is not a query of at most 16 KiB.
  public init(_ text: String) throws(OAuthClientError) {
    guard text.utf8.count <= Self.maximumBytes else { throw Self.invalid("it is too long") }
    var query = text[...]
    if let mark = text.firstIndex(where: { $0 == "?" || $0 == "#" }) {
      // `response_mode=query` puts them before a fragment, `response_mode=fragment` into it.
      query = text[text.index(after: mark)...]
      if let fragment = query.firstIndex(of: "#") {
        let isInFragment = !Self.hasState(query[..<fragment])
        query = isInFragment ? query[query.index(after: fragment)...] : query[..<fragment]
      }
    }
    let parameters: FormParameters
    do throws(OAuthError) {
      // RFC 6749, 3.1: "Request and response parameters MUST NOT be included more than once."
      parameters = try FormParameters(query: String(query))
    } catch {
      throw Self.invalid(error.reason)
    }
    guard let state = parameters["state"], !state.isEmpty else {
      throw Self.invalid("'state' is missing")
    }
    self.state = state
    issuer = parameters["iss"]
    code = parameters["code"]
    error = parameters["error"]
    errorDescription = parameters["error_description"]
  }

  private static func hasState(_ query: Substring) -> Bool {
    query.split(separator: "&").contains { $0.hasPrefix("state=") }
  }

  private static func invalid(_ problem: String) -> OAuthClientError {
    OAuthClientError(.callback, "this is not a valid callback: \(problem)")
  }
}

extension AuthorizationCallback: CustomStringConvertible, CustomReflectable {
  /// The outcome, without the code.
  public var description: String { error.map { "callback with error \($0)" } ?? "callback" }
  /// A mirror without the code, so that `dump` does not print it.
  public var customMirror: Mirror { Mirror(self, children: ["error": error ?? ""]) }
}
