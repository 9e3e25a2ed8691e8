package import ATProtoHTTP
package import ATProtoIdentity
import XRPCAsyncHTTPClient

/// How a relay reaches other servers.
package struct RelayNetwork: Sendable {
  /// For hosts, and for URLs from DID documents. Refuses private networks, except loopback addresses
  /// if insecure hosts are allowed.
  package let guarded: any HTTPTransport
  /// For URLs that the operator configured.
  package let trusted: any HTTPTransport
  /// The DID documents of accounts. A relay does not resolve handles.
  package let identityDocuments: BaseIdentityDirectory

  package init(
    guarded: any HTTPTransport,
    trusted: any HTTPTransport,
    identityDocuments: BaseIdentityDirectory
  ) {
    self.guarded = guarded
    self.trusted = trusted
    self.identityDocuments = identityDocuments
  }

  /// - Parameter transport: used for everything instead of the network, for tests.
  package init(_ configuration: RelayConfiguration, transport: (any HTTPTransport)? = nil) {
    let allowsLocal = configuration.allowsInsecureHosts
    let policy = IPAddressPolicy(
      allowsLoopback: allowsLocal,
      plainHTTP: allowsLocal ? .loopback : .nowhere
    )
    let guarded = transport ?? GuardedTransport(policy: policy)
    let trusted = transport ?? AsyncHTTPClientTransport.shared
    self.guarded = guarded
    self.trusted = trusted
    identityDocuments = BaseIdentityDirectory(
      plc: PLCDirectoryClient(url: configuration.plcDirectory, transport: trusted),
      handles: HandleResolver(txt: FixedTXTResolver(), transport: guarded),
      transport: guarded,
      allowsLocalhost: allowsLocal
    )
  }
}
