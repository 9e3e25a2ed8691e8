import ATProtoData
import ATProtoIdentity
import ATProtoSyntax
import ArgumentParser
import XRPC
import XRPCClient

/// Whom a command calls, and as whom.
struct ClientOptions: ParsableArguments {
  @OptionGroup var network: NetworkOptions

  @Option(
    help: ArgumentHelp(
      "The server to call in place of the one that the account's identity names.",
      valueName: "url"
    ),
    transform: Self.endpoint
  )
  var service: ServiceEndpoint?

  @Option(
    help: ArgumentHelp(
      "The account to call as, of several that are logged in; the last one by default.",
      valueName: "handle-or-did"
    )
  )
  var account: String?

  @Flag(help: "Prints JSON.")
  var json = false

  func validate() throws {
    if let service, service.scheme == "http", !network.dev {
      throw ValidationError("'\(service)' is not https; --dev allows it on this machine")
    }
  }

  /// Runs a command; what fails is told as the command was asked to.
  func reporting<Result>(_ body: () async throws -> Result) async throws -> Result {
    do {
      return try await body()
    } catch let error as ValidationError {
      throw error
    } catch let code as ExitCode {
      throw code
    } catch {
      throw Failure.report("\(error)", asJSON: json)
    }
  }

  func anonymous(at service: ServiceEndpoint) -> XRPCClient {
    XRPCClient(service: service, transport: network.transport)
  }

  /// The client of the account that is logged in; nil where none is.
  func session() async throws -> XRPCClient? {
    guard let store = try await SessionFolder().store(of: account),
      let kept = try await store.load()
    else {
      guard let account else { return nil }
      throw ClientFailure(reason: "\(account) is not logged in")
    }
    // A token is sent nowhere but to the server that gave it.
    if let service, service != kept.service {
      throw ClientFailure(
        reason: "the session is one of \(kept.service); log in at \(service) first"
      )
    }
    return try await anonymous(at: kept.service).resuming(from: store) { error in
      Console.error("warning: \(error)".withoutControls)
    }
  }

  func loggedIn() async throws -> XRPCClient {
    guard let client = try await session() else {
      throw ClientFailure(reason: "nobody is logged in: atproto login <identifier>")
    }
    return client
  }

  /// The session's client where it is one of the server to call, else an anonymous one.
  func caller() async throws -> XRPCClient {
    guard let service else { return try await loggedIn() }
    if let kept = try? await SessionFolder().store(of: account)?.load(), kept.service == service {
      return try await loggedIn()
    }
    return anonymous(at: service)
  }

  /// The server that has the account's repository, called as its owner where that is who is logged
  /// in.
  func server(of account: ATIdentifier) async throws -> XRPCClient {
    if let service { return anonymous(at: service) }
    if let client = try await session(), let tokens = await client.session?.tokens,
      [tokens.did.string, tokens.handle.string].contains(account.string.lowercased())
        || tokens.did.string == account.string
    {
      return client
    }
    return anonymous(at: ServiceEndpoint(try await identity(of: account).document.pds))
  }

  func identity(of account: ATIdentifier) async throws -> Identity {
    try await network.directory.identity(of: account)
  }

  static func endpoint(_ text: String) throws -> ServiceEndpoint {
    guard let service = ServiceEndpoint(text) else {
      throw ValidationError("'\(text)' is no URL of a server")
    }
    return service
  }

  static func identifier(_ text: String) throws -> ATIdentifier {
    do {
      return try ATIdentifier(text.hasPrefix("@") ? String(text.dropFirst()) : text)
    } catch {
      throw ValidationError("'\(text)' is \(error)")
    }
  }
}

/// Why a command could not be carried out, where no server is to blame.
struct ClientFailure: Error, CustomStringConvertible {
  var reason: String
  var description: String { reason }
}
