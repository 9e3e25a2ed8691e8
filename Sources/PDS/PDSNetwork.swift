import ATProtoHTTP
import ATProtoIdentity
import ATProtoSyntax
import LexiconResolution
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
  /// For servers that publish Lexicon documents. Unlike ``guarded``, it never calls private networks:
  /// strangers choose which documents this server looks up.
  let lexiconHosts: any HTTPTransport
  /// The DID documents of accounts that publish Lexicon documents.
  let lexiconDirectory: any IdentityDirectory

  /// - Parameters:
  ///   - store: handles of its accounts are not resolved over the network.
  ///   - transport: used for everything instead of the network, for tests.
  init(
    _ configuration: PDSConfiguration,
    _ store: any PDSStore,
    transport: (any HTTPTransport)?
  ) {
    let allowsPrivate = configuration.allowsPrivateAddresses
    guarded = transport ?? GuardedTransport(policy: allowsPrivate ? .anyNetwork : .publicOnly)
    trusted = Self.trusted(transport)
    txt =
      transport == nil || configuration.dnsServer != nil
      ? SystemTXTResolver(server: configuration.dnsServer) : FixedTXTResolver()
    plc = PLCDirectoryClient(url: configuration.plcDirectory, transport: trusted)
    let lexicons = LexiconNetworkSettings(allowsLoopback: allowsPrivate)
    let limits = OutgoingLimits(timeout: lexicons.limits.fetchTimeout)
    lexiconHosts = transport ?? GuardedTransport(policy: lexicons.addressPolicy)
    lexiconDirectory = CachingIdentityDirectory(
      BaseIdentityDirectory(
        plc: PLCDirectoryClient(
          url: configuration.plcDirectory,
          transport: trusted,
          limits: limits
        ),
        handles: HandleResolver(txt: txt, transport: lexiconHosts),
        transport: lexiconHosts,
        limits: limits,
        allowsLocalhost: allowsPrivate
      ),
      capacity: Self.lexiconAuthorities
    )
    let base = PurgingDirectory(
      base: BaseIdentityDirectory(
        plc: plc,
        handles: HandleResolver(
          txt: txt,
          transport: guarded
        ),
        transport: guarded,
        allowsLocalhost: allowsPrivate,
        known: { handle async throws(IdentityError) in try await store.holder(of: handle) }
      ),
      other: lexiconDirectory
    )
    directory = CachingIdentityDirectory(base)
  }

  /// The most DID documents of accounts that publish Lexicon documents to keep.
  private static let lexiconAuthorities = 1000

  static func trusted(_ transport: (any HTTPTransport)?) -> any HTTPTransport {
    transport ?? AsyncHTTPClientTransport.shared
  }
}

/// A directory whose purges also reach the cache of another one.
private struct PurgingDirectory: IdentityDirectory {
  let base: BaseIdentityDirectory
  let other: any IdentityDirectory

  func identity(
    of did: DID,
    resolvedFrom handle: Handle?
  ) async throws(IdentityError) -> Identity {
    try await base.identity(of: did, resolvedFrom: handle)
  }

  func identity(of handle: Handle) async throws(IdentityError) -> Identity {
    try await base.identity(of: handle)
  }

  func did(of handle: Handle) async throws(IdentityError) -> DID {
    try await base.did(of: handle)
  }

  func document(of did: DID) async throws(IdentityError) -> DIDDocument {
    try await base.document(of: did)
  }

  func purge(_ did: DID, handle: Handle?) async {
    await base.purge(did, handle: handle)
    await other.purge(did, handle: handle)
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
