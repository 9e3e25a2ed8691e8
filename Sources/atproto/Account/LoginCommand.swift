import ATProtoData
import ATProtoSyntax
import ArgumentParser
import Foundation
import XRPCClient

struct LoginCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "login",
    abstract: "Log in, and keep the session for other commands.",
    discussion: """
      Opens a page of the account's server in the browser, where you approve the login (OAuth). On a \
      machine without a browser, prints the page's URL, and reads the URL on which it ends.

      With --password or ATPROTO_PASSWORD, logs in with a password, ideally an app password, from \
      --password-file, ATPROTO_PASSWORD or standard input.

      Stores the session in $XDG_STATE_HOME/atproto, readable only by you. With --json: {"did", \
      "handle", "service", "scope"}; "scope" is missing after a login with a password.
      """
  )

  @Argument(
    help: """
      A handle or a DID. With --service, optional if you log in through the browser; with a password, \
      also the account's email.
      """
  )
  var identifier: String?

  @Option(
    help: ArgumentHelp(
      "Ask for these permissions, separated by spaces; default: \(BrowserLogin.defaultScope).",
      valueName: "scopes"
    )
  )
  var scope: String?

  @Flag(help: "Print the URL of the page instead of opening it in a browser.")
  var noBrowser = false

  @Flag(help: "Log in with a password.")
  var password = false

  @Option(
    help: ArgumentHelp("Read the password from the first line of this file.", valueName: "file")
  )
  var passwordFile: String?

  @Option(
    help: ArgumentHelp("The second-factor code that the server emailed to you.", valueName: "code")
  )
  var authFactorToken: String?

  @OptionGroup var network: NetworkOptions

  @Option(help: ServerOptions.help, transform: ParsedArgument.endpoint)
  var service: ServiceEndpoint?

  @OptionGroup var output: OutputOptions

  private var options: ServerOptions {
    ServerOptions(network: network, service: service, output: output)
  }

  /// A password in the environment counts unless an option is for a login with the browser.
  private var usesPassword: Bool {
    if password || passwordFile != nil || authFactorToken != nil { return true }
    return !usesBrowser && ProcessInfo.processInfo.environment["ATPROTO_PASSWORD"] != nil
  }

  private var usesBrowser: Bool { scope != nil || noBrowser }

  func validate() throws {
    try options.validate()
    if usesPassword, usesBrowser {
      throw ValidationError("--scope and --no-browser are not for a login with a password")
    }
    if let identifier {
      if options.service == nil || !usesPassword { _ = try ParsedArgument.identifier(identifier) }
    } else if usesPassword || options.service == nil {
      throw ValidationError("name an account, or a server with --service")
    }
  }

  func run() async throws {
    let name = identifier.map(ParsedArgument.withoutAt)
    let session: KeptSession
    if usesPassword {
      session = try await PasswordLogin(options: options).run(
        name ?? "",
        password: PasswordInput.password(file: passwordFile),
        authFactorToken: authFactorToken
      )
    } else {
      session = try await BrowserLogin(options: options, printsURL: noBrowser)
        .run(name, scope: scope ?? BrowserLogin.defaultScope)
    }
    guard let place = session.place else {
      throw CommandError(reason: "cannot log in: \(session.did) is not a valid DID")
    }
    let directory = SessionDirectory()
    try directory.makeDefault(place)
    // A session of the other kind would be chosen at random.
    for kind in SessionPlace.Kind.allCases where kind != place.kind {
      await options.endIfPossible(SessionPlace(did: place.did, kind: kind))
    }
    report(session)
  }

  private func report(_ session: KeptSession) {
    var fields: DataObject = [
      "did": .string(session.did), "handle": .string(session.handle),
      "service": .string("\(session.service)"),
    ]
    fields["scope"] = session.scope.map(DataValue.string)
    let granted = session.scope.map { "; granted: \($0)" } ?? ""
    options.output.print(
      .object(fields),
      orText: "logged in as \(session.handle) (\(session.did))\(granted)"
    )
  }
}
