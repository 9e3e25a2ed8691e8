package import ATProtoHTTP
package import ATProtoIdentity
import XRPCAsyncHTTPClient

/// How a labeler reaches other servers.
package struct LabelerNetwork: Sendable {
  /// For URLs that come from accounts: in DID documents and in records. Refuses private networks
  /// unless they are allowed.
  package let guarded: any HTTPTransport
  /// For URLs that the operator configured.
  package let trusted: any HTTPTransport
  /// The identities of accounts.
  package let directory: any IdentityDirectory

  package init(
    guarded: any HTTPTransport,
    trusted: any HTTPTransport,
    directory: any IdentityDirectory
  ) {
    self.guarded = guarded
    self.trusted = trusted
    self.directory = directory
  }

  /// - Parameter transport: used for everything instead of the network, for tests.
  package init(_ configuration: LabelerConfiguration, transport: (any HTTPTransport)? = nil) {
    let allowsPrivate = configuration.allowsPrivateAddresses
    let guarded =
      transport ?? GuardedTransport(policy: allowsPrivate ? .anyNetwork : .publicOnly)
    let trusted = transport ?? AsyncHTTPClientTransport.shared
    let txt: any TXTResolver = transport == nil ? SystemTXTResolver() : FixedTXTResolver()
    self.init(
      guarded: guarded,
      trusted: trusted,
      directory: CachingIdentityDirectory(
        BaseIdentityDirectory(
          plc: PLCDirectoryClient(url: configuration.plcDirectory, transport: trusted),
          handles: HandleResolver(txt: txt, transport: guarded),
          transport: guarded,
          allowsLocalhost: allowsPrivate
        )
      )
    )
  }
}
