import ATProtoHTTP
import ATProtoIdentity
import ATProtoSyntax
import XRPC
import XRPCAsyncHTTPClient

/// The transports that the server uses to reach other servers.
struct PDSNetwork: Sendable {
  /// For URLs that come from clients or DID documents. Refuses private networks unless they are
  /// allowed.
  let guarded: any HTTPTransport
  /// For URLs that the operator configured.
  let trusted: any HTTPTransport
  let plc: PLCDirectoryClient
  let directory: any IdentityDirectory
  /// Looks up TXT records of domains.
  let txt: any TXTResolver
  /// Replaces the network, for tests.
  private let replacement: (any HTTPTransport)?

  /// - Parameters:
  ///   - store: handles of its accounts are not resolved over the network.
  ///   - transport: used for everything instead of the network, for tests.
  init(
    _ configuration: PDSConfiguration,
    _ store: any PDSStore,
    transport: (any HTTPTransport)?
  ) {
    let allowsPrivate = configuration.allowsPrivateAddresses
    replacement = transport
    guarded = transport ?? GuardedTransport(policy: allowsPrivate ? .anyNetwork : .publicOnly)
    trusted = Self.trusted(transport)
    txt =
      transport == nil || configuration.dnsServer != nil
      ? SystemTXTResolver(server: configuration.dnsServer) : FixedTXTResolver()
    plc = PLCDirectoryClient(url: configuration.plcDirectory, transport: trusted)
    directory = CachingIdentityDirectory(
      BaseIdentityDirectory(
        plc: plc,
        handles: HandleResolver(
          txt: txt,
          transport: guarded
        ),
        transport: guarded,
        allowsLocalhost: allowsPrivate,
        known: { handle async throws(IdentityError) in try await store.holder(of: handle) }
      )
    )
  }

  /// For servers that publish Lexicon documents. Unlike ``guarded``, it never calls private networks:
  /// strangers choose which documents this server looks up.
  func lexiconHosts(_ policy: IPAddressPolicy) -> any HTTPTransport {
    replacement ?? GuardedTransport(policy: policy)
  }

  static func trusted(_ transport: (any HTTPTransport)?) -> any HTTPTransport {
    transport ?? AsyncHTTPClientTransport.shared
  }
}

extension PDSStore {
  /// The DID of the account that has a handle. Returns nil if no account has it.
  fileprivate func holder(of handle: Handle) async throws(IdentityError) -> DID? {
    do {
      return try await read { transaction in
        try transaction.accounts.account(handle.normalized)?.did
      }
    } catch {
      throw IdentityError(.unreachable, "cannot read the accounts of this server")
    }
  }
}
