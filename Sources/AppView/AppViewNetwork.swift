package import ATProtoHTTP
package import ATProtoIdentity
import ATProtoSyntax
import ComAtprotoAPI
import XRPC
import XRPCAsyncHTTPClient
import XRPCClient

/// How an app view reaches other servers.
package struct AppViewNetwork: Sendable {
  /// For URLs that come from accounts: in DID documents, in records, and in redirects. Refuses
  /// private networks unless they are allowed.
  package let guarded: any HTTPTransport
  /// For URLs that the operator configured.
  package let trusted: any HTTPTransport
  /// The identities of accounts, cached.
  package let directory: any IdentityDirectory
  /// The same without a cache, for verified sync, which has its own.
  package let documents: any IdentityDirectory
  /// Looks up the TXT records of domains.
  package let txt: any TXTResolver
  /// Whether private addresses and plain HTTP are allowed.
  package let allowsPrivateAddresses: Bool

  package init(
    guarded: any HTTPTransport,
    trusted: any HTTPTransport,
    documents: any IdentityDirectory,
    txt: any TXTResolver = FixedTXTResolver(),
    allowsPrivateAddresses: Bool = false
  ) {
    self.guarded = guarded
    self.trusted = trusted
    self.documents = documents
    directory = CachingIdentityDirectory(documents)
    self.txt = txt
    self.allowsPrivateAddresses = allowsPrivateAddresses
  }

  /// - Parameter transport: used for everything instead of the network, for tests.
  package init(_ configuration: AppViewConfiguration, transport: (any HTTPTransport)? = nil) {
    let allowsPrivate = configuration.allowsPrivateAddresses
    let guarded =
      transport ?? GuardedTransport(policy: allowsPrivate ? .anyNetwork : .publicOnly)
    let trusted = transport ?? AsyncHTTPClientTransport.shared
    let txt: any TXTResolver = transport == nil ? SystemTXTResolver() : FixedTXTResolver()
    let handles = HandleResolver(txt: txt, transport: guarded)
    self.init(
      guarded: guarded,
      trusted: trusted,
      documents: BaseIdentityDirectory(
        plc: PLCDirectoryClient(url: configuration.plcDirectory, transport: trusted),
        handles: handles,
        transport: guarded,
        allowsLocalhost: allowsPrivate,
        known: Self.known(configuration.handleResolver, trusted)
      ),
      txt: txt,
      allowsPrivateAddresses: allowsPrivate
    )
  }

  private static func known(
    _ url: HTTPURL?,
    _ transport: any HTTPTransport
  ) -> BaseIdentityDirectory.KnownHandles? {
    guard let url else { return nil }
    let service = HandleService(ServiceEndpoint(url), transport: transport)
    return { (handle: Handle) async throws(IdentityError) -> DID? in
      try await service.resolve(handle)
    }
  }
}

/// A service that resolves handles with `com.atproto.identity.resolveHandle`, instead of DNS and
/// HTTPS.
struct HandleService: Sendable {
  private let client: XRPCClient
  private static let timeout = Duration.seconds(5)

  init(_ service: ServiceEndpoint, transport: any HTTPTransport) {
    client = XRPCClient(
      service: service,
      transport: transport,
      options: TransportOptions(timeout: Self.timeout, maximumResponseBytes: 16 << 10),
      retry: .never
    )
  }

  /// Throws ``IdentityError/Code/notFound``, or ``IdentityError/Code/unreachable`` if the next call
  /// may succeed. Never returns nil: there is no other way to resolve a handle.
  func resolve(_ handle: Handle) async throws(IdentityError) -> DID {
    typealias Method = ComAtproto.Identity.ResolveHandle
    let parameters = Method.Parameters(handle: FormatString(handle.normalized))
    let output: Method.Output
    do {
      output = try await client.query(Method.self, parameters)
    } catch {
      throw Self.isRefusal(error)
        ? IdentityError(.notFound, "\(handle) does not resolve to a DID")
        : IdentityError(.unreachable, "cannot resolve \(handle): \(error)")
    }
    do {
      return try output.did.parsed()
    } catch {
      throw IdentityError(.notFound, "\(handle) does not resolve to a valid DID")
    }
  }

  private static func isRefusal<Failure: XRPCFailure>(_ error: XRPCError<Failure>) -> Bool {
    if case .failure(_, let status) = error { (400..<500).contains(status) } else { false }
  }
}
