import ATProtoIdentity
import ATProtoSyntax
import ArgumentParser
import ComAtprotoAPI
import XRPC
import XRPCClient

/// Whom a command calls, and as whom.
struct ClientOptions: ParsableArguments {
  @OptionGroup var server: ServerOptions

  @Option(
    help: ArgumentHelp(
      "The account to call as, of several that are logged in; the last one by default.",
      valueName: "handle-or-did"
    )
  )
  var account: String?

  var json: Bool { server.json }

  func reporting<Result>(_ body: () async throws -> Result) async throws -> Result {
    try await server.reporting(body)
  }

  /// The store of the account, and what it holds; nil where that is nothing.
  func kept() async throws -> (store: FileSessionStore, session: StoredSession)? {
    guard let store = try await SessionFolder().store(of: account) else { return nil }
    do {
      guard let session = try await store.load() else { return nil }
      return (store, session)
    } catch {
      guard error.code == .malformed else { throw error }
      throw ClientFailure(reason: "\(error): log in again, or log out to remove it")
    }
  }

  /// The client of the account that is logged in.
  func loggedIn() async throws -> XRPCClient {
    guard let (store, kept) = try await kept() else { throw try await nobody() }
    // A token is sent nowhere but to the server that gave it.
    if let service = server.service, service != kept.service {
      throw ClientFailure(
        reason: "the session is one of \(kept.service); log in at \(service) first"
      )
    }
    let client = server.anonymous(at: kept.service, isNamedByCaller: true)
    let resumed = try await client.resuming(from: store) { error in
      Console.error("warning: \(error)".withoutControls)
    }
    guard let resumed else { throw try await nobody() }
    return resumed
  }

  private func nobody() async throws -> ClientFailure {
    if let account { return ClientFailure(reason: "\(account) is not logged in") }
    let handles = await SessionFolder().sessions().map(\.tokens.handle.string)
    guard !handles.isEmpty else {
      return ClientFailure(reason: "nobody is logged in: atproto login <identifier>")
    }
    return ClientFailure(
      reason: "the account last logged in has left; --account takes one of: "
        + handles.joined(separator: ", ")
    )
  }

  /// The session's client where it is one of the server to call, else an anonymous one.
  func caller() async throws -> XRPCClient {
    guard let service = server.service else { return try await loggedIn() }
    // A session that cannot be read is none of this server.
    if let kept = try? await kept(), kept.session.service == service {
      return try await loggedIn()
    }
    return server.anonymous(at: service, isNamedByCaller: true)
  }

  /// Reads what is public in a repository, at the server that has it: as its owner where that is who
  /// is logged in, which may show more, else anonymously.
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
      guard await client.session?.tokens == nil, !(error is ClientFailure) else { throw error }
      Console.error("warning: the session has ended; going on without it")
      var anonymous = client
      anonymous.session = nil
      return try await body(anonymous)
    }
  }

  /// The account's DID, from what is at hand or from the server that is to be called, before the
  /// network is asked.
  func did(of repo: ATIdentifier) async throws -> DID {
    if case .did(let did) = repo { return did }
    if let session = try await ownSession(repo) { return try DID(session.tokens.did.string) }
    guard let service = server.service else { return try await server.identity(of: repo).did }
    let answer = try await server.anonymous(at: service, isNamedByCaller: true)
      .comAtproto.identity.resolveHandle(
        ComAtproto.Identity.ResolveHandle.Parameters(handle: FormatString(repo.string))
      )
    return try DID(answer.did.string)
  }

  /// What is kept of the repository's owner, for the server to call.
  private func ownSession(_ repo: ATIdentifier) async throws -> StoredSession? {
    guard let session = try? await kept()?.session else {
      if account != nil { throw try await nobody() }
      return nil
    }
    guard session.service == server.service ?? session.service else { return nil }
    let names = [session.tokens.did.string, session.tokens.handle.string.lowercased()]
    return names.contains(repo.string) || names.contains(repo.string.lowercased()) ? session : nil
  }
}
