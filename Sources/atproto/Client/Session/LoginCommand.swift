import ATProtoData
import ATProtoIdentity
import ATProtoSyntax
import ArgumentParser
import XRPCClient

struct LoginCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "login",
    abstract: "Logs in, and keeps the session for the other commands.",
    discussion: """
      The password, best an app password, is read from --password-file, from ATPROTO_PASSWORD or \
      from standard input. The session is kept in $XDG_STATE_HOME/atproto, readable by you alone.
      """
  )

  @Argument(help: "A handle, a DID or, with --service, the account's e-mail address.")
  var identifier: String

  @Option(help: ArgumentHelp("A file whose first line is the password.", valueName: "file"))
  var passwordFile: String?

  @Option(help: ArgumentHelp("What the server has mailed as second factor.", valueName: "token"))
  var authFactorToken: String?

  @OptionGroup var options: ServerOptions

  func validate() throws {
    if options.service == nil { _ = try ServerOptions.identifier(identifier) }
  }

  func run() async throws {
    let name = identifier.hasPrefix("@") ? String(identifier.dropFirst()) : identifier
    try await options.reporting {
      let server =
        if let service = options.service {
          options.anonymous(at: service, isNamedByCaller: true)
        } else {
          try await options.anonymous(of: ServerOptions.identifier(name))
        }
      let password = try PasswordPrompt.password(file: passwordFile)
      let client = try await server.login(
        identifier: name,
        password: password,
        authFactorToken: authFactorToken
      )
      guard let tokens = await client.session?.tokens else { return }
      let isDevelopment = options.network.dev
      guard client.service.mayBeKept(loggedInAt: server.service, isDevelopment: isDevelopment)
      else {
        _ = try? await server.resuming(tokens).logout()
        throw ClientFailure(
          reason: "\(server.service) says that the account is at \(client.service), on this machine"
        )
      }
      try await SessionFolder().keep(StoredSession(service: client.service, tokens: tokens))
      if options.json {
        Console.json(SessionReport.value(tokens, client.service))
      } else {
        Console.line("logged in as \(tokens.handle) (\(tokens.did))".withoutControls)
      }
    }
  }
}

enum SessionReport {
  /// Whose session it is; no tokens.
  static func value(_ tokens: SessionTokens, _ service: ServiceEndpoint) -> DataValue {
    [
      "did": .string(tokens.did.string), "handle": .string(tokens.handle.string),
      "service": .string("\(service)"),
    ]
  }
}
