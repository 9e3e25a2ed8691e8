import ATProtoData
import ATProtoIdentity
import ATProtoSyntax
import ArgumentParser
import XRPCClient

struct LoginCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "login",
    abstract: "Log in, and keep the session for other commands.",
    discussion: """
      Reads the password, ideally an app password, from --password-file, ATPROTO_PASSWORD or \
      standard input. Stores the session in $XDG_STATE_HOME/atproto, readable only by you. With \
      --json: {"did", "handle", "service"}.
      """
  )

  @Argument(help: "A handle, a DID or, with --service, the account's email.")
  var identifier: String

  @Option(
    help: ArgumentHelp("Read the password from the first line of this file.", valueName: "file")
  )
  var passwordFile: String?

  @Option(
    help: ArgumentHelp("The second-factor code that the server emailed to you.", valueName: "code")
  )
  var authFactorToken: String?

  @OptionGroup var options: ServerOptions

  func validate() throws {
    if options.service == nil { _ = try ParsedArgument.identifier(identifier) }
  }

  func run() async throws {
    let name = ParsedArgument.withoutAt(identifier)
    let server =
      if let service = options.service {
        options.anonymous(at: service, isNamedByCaller: true)
      } else {
        try await options.anonymous(of: ParsedArgument.identifier(name))
      }
    let password = try PasswordInput.password(file: passwordFile)
    let client = try await server.login(
      identifier: name,
      password: password,
      authFactorToken: authFactorToken
    )
    guard let tokens = await client.session?.tokens else { return }
    let isDevelopment = options.network.dev
    guard client.service.mayBeKept(loggedInAt: server.service, isDevelopment: isDevelopment) else {
      _ = try? await server.resuming(tokens).logout()
      throw CommandError(
        reason: "cannot log in: \(server.service) claims that the account is at "
          + "\(client.service), on this machine; pass --dev to accept this in development"
      )
    }
    try await SessionDirectory().keep(StoredSession(service: client.service, tokens: tokens))
    options.output.print(
      [
        "did": .string(tokens.did.string), "handle": .string(tokens.handle.string),
        "service": .string("\(client.service)"),
      ],
      orText: "logged in as \(tokens.handle) (\(tokens.did))"
    )
  }
}
