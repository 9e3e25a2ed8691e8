import ATProtoSyntax
import XRPCClient

/// Logs in with a password, and stores the session.
struct PasswordLogin {
  let options: ServerOptions

  func run(
    _ identifier: String,
    password: @autoclosure () throws -> String,
    authFactorToken: String?
  ) async throws -> KeptSession {
    let server =
      if let service = options.service {
        options.anonymous(at: service, isNamedByCaller: true)
      } else {
        try await options.anonymous(of: ParsedArgument.identifier(identifier))
      }
    let client = try await server.login(
      identifier: identifier,
      password: try password(),
      authFactorToken: authFactorToken
    )
    guard let tokens = await client.session?.tokens else {
      throw CommandError(reason: "the session has ended; log in again")
    }
    let isDevelopment = options.network.dev
    guard client.service.mayBeKept(loggedInAt: server.service, isDevelopment: isDevelopment) else {
      _ = try? await server.resuming(tokens).logout()
      throw CommandError(
        reason: "cannot log in: \(server.service) claims that the account is at "
          + "\(client.service), on this machine; pass --dev to accept this in development"
      )
    }
    let session = StoredSession(service: client.service, tokens: tokens)
    try await SessionDirectory().keep(session)
    return .password(session)
  }
}
