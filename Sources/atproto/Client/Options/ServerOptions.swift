import ATProtoHTTP
import ATProtoIdentity
import ATProtoSyntax
import ArgumentParser
import XRPC
import XRPCAsyncHTTPClient
import XRPCClient

/// Which server a command calls, and how it tells what became of it.
struct ServerOptions: ParsableArguments {
  @OptionGroup var network: NetworkOptions

  @Option(
    help: ArgumentHelp(
      "The server to call in place of the one that the account's identity names.",
      valueName: "url"
    ),
    transform: Self.endpoint
  )
  var service: ServiceEndpoint?

  @Flag(help: "Prints JSON.")
  var json = false

  func validate() throws {
    if let service { try network.check(service) }
  }

  /// Runs a command; what fails is told as the command was asked to.
  func reporting<Result>(_ body: () async throws -> Result) async throws -> Result {
    do {
      return try await body()
    } catch let code as ExitCode {
      throw code
    } catch {
      throw Failure.report(error, asJSON: json)
    }
  }

  /// - Parameter isNamedByCaller: in the command, or when the caller logged in.
  func anonymous(at service: ServiceEndpoint, isNamedByCaller: Bool) -> XRPCClient {
    XRPCClient(
      service: service,
      transport: isNamedByCaller ? network.transport(toNamed: service) : network.transport
    )
  }

  /// The server that is to be called, or that the identity of an account names.
  func anonymous(of account: ATIdentifier) async throws -> XRPCClient {
    if let service { return anonymous(at: service, isNamedByCaller: true) }
    let service = ServiceEndpoint(try await identity(of: account).document.pds)
    return anonymous(at: service, isNamedByCaller: false)
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

extension NetworkOptions {
  /// For calls to a server that the caller named. On the word of strangers nothing on this machine
  /// is called; the caller's own is another matter.
  func transport(toNamed service: ServiceEndpoint) -> GuardedTransport {
    GuardedTransport(policy: dev || service.isOnThisMachine ? .development : .publicOnly)
  }

  func check(_ service: ServiceEndpoint) throws {
    guard service.scheme == "https" || service.isOnThisMachine || dev else {
      throw ValidationError("'\(service)' is neither https nor on this machine")
    }
  }
}
