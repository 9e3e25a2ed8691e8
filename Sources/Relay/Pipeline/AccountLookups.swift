package import ATProtoCrypto
package import ATProtoRepo
package import ATProtoSyntax

/// Questions about accounts that a relay asks other servers: the seam between lanes and the
/// network.
package protocol AccountLookups: Sendable {
  /// Finds the identity of an account.
  ///
  /// - Parameters:
  ///   - isRefresh: whether a cached identity is not enough.
  ///   - host: the host whose event needs it, which limits how many lookups run at once.
  func identity(
    of did: DID,
    isRefresh: Bool,
    for host: String
  ) async -> Result<ResolvedIdentity, SyncFailure>

  /// Asks a PDS for the status of an account.
  func hostStatus(of did: DID, at pds: String) async -> Result<HostedStatus, SyncFailure>

  /// Fetches and verifies the whole repository of an account.
  func repository(
    of did: DID,
    at pds: String,
    signedBy key: PublicKey
  ) async -> Result<FetchedRepository, SyncFailure>

  /// Does the same, but only to learn the collections. Fails if more important fetches are waiting.
  func collections(
    of did: DID,
    at pds: String,
    signedBy key: PublicKey
  ) async -> Result<FetchedRepository, SyncFailure>
}

/// An identity, and the handle that it claims.
package struct ResolvedIdentity: Sendable {
  package var identity: SyncIdentity
  /// The handle in the DID document, which need not be confirmed.
  package var handle: Handle?

  package init(_ identity: SyncIdentity, claims handle: Handle?) {
    self.identity = identity
    self.handle = handle
  }
}

/// What the relay keeps of a repository.
package struct FetchedRepository: Sendable {
  package var commit: Commit
  package var collections: Set<NSID>

  package init(commit: Commit, collections: Set<NSID>) {
    self.commit = commit
    self.collections = collections
  }
}
