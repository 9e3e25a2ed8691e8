import ATProtoHTTP
import ATProtoIdentity
import ATProtoSyntax
import ArgumentParser
import ComAtprotoAPI
import XRPC
import XRPCAsyncHTTPClient
import XRPCClient

/// The server that a command calls, and how it prints results.
///
/// Not a group of options by itself: in debug builds, ArgumentParser checks the options of a command
/// four times, and for each level of groups, four times as often.
struct ServerOptions {
  static let help = ArgumentHelp(
    "Call this server instead of the one in the account's identity.",
    valueName: "url"
  )

  let network: NetworkOptions
  /// The server of `--service`.
  let service: ServiceEndpoint?
  let output: OutputOptions

  func validate() throws {
    if let service { try network.check(service) }
  }

  /// - Parameter isNamedByCaller: whether the user named the server, in this command or at login.
  func anonymous(at service: ServiceEndpoint, isNamedByCaller: Bool) -> XRPCClient {
    XRPCClient(
      service: service,
      transport: isNamedByCaller ? network.transport(toNamed: service) : network.transport
    )
  }

  /// Returns a client for `--service`, or for the server in the identity of an account.
  func anonymous(of account: ATIdentifier) async throws -> XRPCClient {
    if let service { return anonymous(at: service, isNamedByCaller: true) }
    let service = ServiceEndpoint(try await identity(of: account).document.pds)
    return anonymous(at: service, isNamedByCaller: false)
  }

  func identity(of account: ATIdentifier) async throws -> Identity {
    try await network.directory.identity(of: account)
  }
}

extension XRPCClient {
  /// Refreshes an expired access token, and learns the server's nonce, before a body is sent that can
  /// be sent only once.
  func prepare(toSend content: BodyContent?) async throws {
    guard let content, !content.isRepeatable, authorization != nil else { return }
    _ = try await comAtproto.server.getSession()
  }
}

extension ServiceEndpoint {
  /// Whether the host is a loopback address, or a name for one (RFC 6761, 6.3).
  var isOnThisMachine: Bool {
    guard let host = HTTPURL("\(self)")?.host else { return false }
    return host == "localhost" || IPAddress(host)?.isLoopback == true
  }

  /// Whether to store a session of this server, which came from the server that the user chose.
  ///
  /// Later commands trust the stored server as if the user had named it.
  func mayBeKept(loggedInAt chosen: ServiceEndpoint, isDevelopment: Bool) -> Bool {
    !isOnThisMachine || chosen.isOnThisMachine || isDevelopment
  }
}
