import ATProtoIdentity
import ATProtoSyntax
import ArgumentParser
import ComAtprotoAPI
import OAuthClient
import XRPC
import XRPCClient

/// The server that a command calls, and the account that it uses.
struct ClientOptions: ParsableArguments {
  @OptionGroup var network: NetworkOptions

  @Option(help: ServerOptions.help, transform: ParsedArgument.endpoint)
  var service: ServiceEndpoint?

  @OptionGroup var output: OutputOptions

  @Option(
    help: ArgumentHelp(
      "Call as this account; default: the account that logged in last.",
      valueName: "handle-or-did"
    )
  )
  var account: String?

  var server: ServerOptions {
    ServerOptions(network: network, service: service, output: output)
  }

  func validate() throws {
    try server.validate()
  }

  /// The account's session and where it is. Returns nil if there is none.
  func kept() async throws -> (place: SessionPlace, session: KeptSession)? {
    let directory = SessionDirectory()
    guard let place = try await directory.place(of: account) else { return nil }
    do {
      guard let session = try await directory.load(place) else { return nil }
      return (place, session)
    } catch {
      guard error.code == .malformed else { throw error }
      throw CommandError(reason: "\(error); log in again, or log out to remove the file")
    }
  }

  /// Returns a client with the account's session.
  func loggedIn() async throws -> XRPCClient {
    try await loggedInSession().client
  }

  /// A client with the session of the account, and the session as it is stored.
  func loggedInSession() async throws -> (client: XRPCClient, session: KeptSession) {
    guard let (place, kept) = try await kept() else { throw try await notLoggedIn() }
    // A token is only sent to the server that issued it.
    if let service = server.service, service != kept.service {
      throw CommandError(
        reason: "the session belongs to \(kept.service); log in to \(service) first"
      )
    }
    let client: XRPCClient?
    switch kept {
    case .password:
      client = try await server.anonymous(at: kept.service, isNamedByCaller: true)
        .resuming(from: SessionDirectory().passwordStore(of: place.did)) { error in
          output.warn("\(error)")
        }
    case .oauth(let session):
      client = try await server.app(of: session).client(for: session.did)
    }
    guard let client else { throw try await notLoggedIn() }
    return (client, kept)
  }

  private func notLoggedIn() async throws -> CommandError {
    if let account { return CommandError(reason: "\(account) is not logged in") }
    let handles = await SessionDirectory().sessions().map(\.handle)
    guard !handles.isEmpty else {
      return CommandError(reason: "not logged in; run atproto login <identifier>")
    }
    return CommandError(
      reason: "no default account; use --account with one of: "
        + handles.joined(separator: ", ")
    )
  }

  /// Returns a client with the session if it belongs to the server to call, otherwise an anonymous
  /// client.
  func caller() async throws -> XRPCClient {
    guard let service = server.service else { return try await loggedIn() }
    // A session that cannot be read does not belong to this server.
    if let kept = try? await kept(), kept.session.service == service {
      return try await loggedIn()
    }
    return server.anonymous(at: service, isNamedByCaller: true)
  }

  /// Reads public data of a repository from the server that hosts it: as its owner if the owner is
  /// logged in, which may return more data, otherwise anonymously.
  func reading<Value>(
    _ repo: ATIdentifier,
    _ body: (XRPCClient) async throws -> Value
  ) async throws -> Value {
    guard try await ownSession(repo) != nil else {
      return try await body(try await server.anonymous(of: repo))
    }
    let client = try await loggedIn()
    do {
      return try await body(client)
    } catch {
      guard await client.authorization?.hasEnded == true, !(error is CommandError) else {
        throw error
      }
      output.warn("the session has ended; continuing without it")
      var anonymous = client
      anonymous.authorization = nil
      return try await body(anonymous)
    }
  }

  /// The account's DID: from the argument, the stored session, or the server to call, if possible,
  /// otherwise from the network.
  func did(of repo: ATIdentifier) async throws -> DID {
    if case .did(let did) = repo { return did }
    if let session = try await ownSession(repo) { return try DID(session.did) }
    guard let service = server.service else { return try await server.identity(of: repo).did }
    let answer = try await server.anonymous(at: service, isNamedByCaller: true)
      .comAtproto.identity.resolveHandle(
        ComAtproto.Identity.ResolveHandle.Parameters(handle: FormatString(repo.string))
      )
    return try DID(answer.did.string)
  }

  /// The stored session of the repository's owner, if it belongs to the server to call.
  private func ownSession(_ repo: ATIdentifier) async throws -> KeptSession? {
    guard let session = try? await kept()?.session else {
      if account != nil { throw try await notLoggedIn() }
      return nil
    }
    guard session.service == server.service ?? session.service else { return nil }
    let names = [session.did, session.handle.lowercased()]
    return names.contains(repo.string) || names.contains(repo.string.lowercased()) ? session : nil
  }
}
