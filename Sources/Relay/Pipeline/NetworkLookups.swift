package import ATProtoCrypto
package import ATProtoRepo
package import ATProtoSyntax

/// Asks the PLC directory, servers of `did:web`, and hosts.
package struct NetworkLookups: AccountLookups {
  private let identities: Identities
  private let calls: HostCalls
  private let repositories: RepositoryFetches
  /// For questions about the status of accounts.
  private let slots = LookupSlots(maximum: 64, perHost: 4)

  package init(identities: Identities, calls: HostCalls, repositories: RepositoryFetches) {
    self.identities = identities
    self.calls = calls
    self.repositories = repositories
  }

  /// Creates lookups from the relay's configuration.
  package init(_ network: RelayNetwork, _ calls: HostCalls, _ configuration: RelayConfiguration) {
    let hosts = HostsConfiguration(configuration)
    self.init(
      identities: Identities(
        network.identityDocuments,
        perHost: configuration.hostConcurrency
      ),
      calls: calls,
      repositories: RepositoryFetches(calls, isTrusted: { hosts.isTrusted($0) })
    )
  }

  package func identity(
    of did: DID,
    isRefresh: Bool,
    for host: String
  ) async -> Result<ResolvedIdentity, SyncFailure> {
    // Identities are kept with the accounts, so nothing is cached before them.
    await identities.resolve(did, for: host)
  }

  package func hostStatus(
    of did: DID,
    at pds: String
  ) async -> Result<HostedStatus, SyncFailure> {
    await call(pds) { host in
      await slots.run(LookupSlots.Key(host: pds)) {
        await calls.repositoryStatus(of: did, at: host)
      }
    }
  }

  package func repository(
    of did: DID,
    at pds: String,
    signedBy key: PublicKey
  ) async -> Result<FetchedRepository, SyncFailure> {
    await call(pds) { await repositories.repository(of: did, at: $0, signedBy: key) }
  }

  package func collections(
    of did: DID,
    at pds: String,
    signedBy key: PublicKey
  ) async -> Result<FetchedRepository, SyncFailure> {
    await call(pds) { await repositories.collections(of: did, at: $0, signedBy: key) }
  }

  private func call<Answer>(
    _ pds: String,
    _ body: (HostName) async -> Result<Answer, SyncFailure>
  ) async -> Result<Answer, SyncFailure> {
    guard let host = try? HostName(pds, allowsLocal: true) else {
      return .failure(SyncFailure(.invalid, "\(pds) is not a valid hostname"))
    }
    return await body(host)
  }
}
