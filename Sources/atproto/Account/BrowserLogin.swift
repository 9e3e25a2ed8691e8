import ATProtoData
import ATProtoSyntax
import ArgumentParser
import Dispatch
import OAuthClient
import XRPCClient

/// Logs in with OAuth: the account's owner approves in a browser, which comes back to a listener on the
/// loopback address (RFC 8252, 7.3).
struct BrowserLogin {
  let options: ServerOptions
  /// Whether to print the URL of the page instead of opening it.
  let printsURL: Bool

  static let defaultScope = "atproto transition:generic"

  private static let patience = Duration.seconds(600)

  /// - Parameter identifier: the account; nil to choose it in the browser, at `--service`.
  func run(_ identifier: String?, scope: String) async throws -> KeptSession {
    let directory = SessionDirectory()
    try directory.prepare()
    let app = options.app(
      try ClientRegistration.localhost(
        redirectURIs: ["http://127.0.0.1\(CallbackListener.path)"],
        scope: scope.split(separator: " ").contains("atproto") ? scope : "atproto \(scope)"
      ),
      calling: options.service
    )
    return try await CallbackListener.run { listener in
      let login = try await start(app, identifier, listener)
      listener.expect(login.state)
      show(login, listener)
      guard let callback = try await listener.callback(within: Self.patience) else {
        await app.cancelLogin(state: login.state)
        throw CommandError(reason: "the login was not approved within 10 minutes; log in again")
      }
      return .oauth(try await app.finishLogin(callback).session)
    }
  }

  private func start(
    _ app: OAuthApp,
    _ identifier: String?,
    _ listener: CallbackListener
  ) async throws -> StartedLogin {
    var login = LoginOptions(redirectURI: listener.redirectURI)
    if let service = options.service {
      login.loginHint = identifier
      return try await app.startLogin(at: service, options: login)
    }
    return try await app.startLogin(
      ParsedArgument.identifier(identifier ?? ""),
      options: login
    )
  }

  /// Opens the page, or prints its URL and reads where it ends.
  private func show(_ login: StartedLogin, _ listener: CallbackListener) {
    if !printsURL, let browser = Browser.ofThisMachine() {
      note(login.url, "Opening your browser to approve the login. If it does not open, visit:")
      // Not awaited: some programs end only with the browser, which must outlive this command.
      Task { await browser.open(login.url) }
      return
    }
    note(
      login.url,
      "Open this page in a browser, and approve the login:",
      """
      It ends on a page at 127.0.0.1, which a browser on another machine cannot display. If so, paste \
      the URL of that page here:
      """
    )
    Self.readURL { text in
      if listener.deliver(text) { return true }
      options.output.warn("that is not the URL of this login; paste the whole URL of the last page")
      return false
    }
  }

  private func note(_ url: String, _ before: String, _ after: String? = nil) {
    if options.output.json {
      return options.output.note(["url": .string(url)], orText: "")
    }
    for line in [before, url, after].compactMap({ $0 }) { Console.error(line.withoutControls) }
  }

  /// Calls `take` with each line of standard input until it returns true. The thread that reads cannot
  /// be interrupted; it ends with the process.
  private static func readURL(_ take: @escaping @Sendable (String) -> Bool) {
    DispatchQueue(label: "standard input").async {
      while let line = readLine() {
        let text = line.drop { $0.isWhitespace }
        if !text.isEmpty, take(String(text)) { return }
      }
    }
  }
}
