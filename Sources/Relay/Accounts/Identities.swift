import ATProtoHTTP
package import ATProtoIdentity
package import ATProtoRepo
package import ATProtoSyntax

/// Finds the identities of accounts: signing key and PDS. Handles are not resolved.
///
/// Lookups are limited in total, per host, and per server of a `did:web`, so that a host or server
/// cannot delay the others. Servers of `did:web` may be very slow, so their lookups do not share
/// slots with those at the PLC directory. Each account has at most one lookup at a time.
package struct Identities: Sendable {
  private let documents: any IdentityDirectory
  private let plcSlots: LookupSlots
  private let webSlots: LookupSlots
  private let now: @Sendable () -> SyncTime

  /// The maximum number of lookups of `did:web` at once for the events of one host.
  private static let webPerHost = 8

  /// - Parameters:
  ///   - documents: finds documents, without a cache.
  ///   - maximum: the most lookups at once, of each DID method.
  ///   - concurrency: the most lookups at once for the events of one host.
  package init(
    _ documents: any IdentityDirectory,
    maximum: Int = 64,
    perHost concurrency: Int,
    now: @escaping @Sendable () -> SyncTime = { .now }
  ) {
    self.documents = documents
    plcSlots = LookupSlots(maximum: maximum, perHost: concurrency)
    webSlots = LookupSlots(maximum: maximum, perHost: min(concurrency, Self.webPerHost))
    self.now = now
  }

  package func resolve(
    _ did: DID,
    for host: String
  ) async -> Result<ResolvedIdentity, SyncFailure> {
    let isWeb = did.method == "web"
    let key = LookupSlots.Key(host: host, server: isWeb ? did.identifier.lowercased() : nil)
    return await (isWeb ? webSlots : plcSlots).run(key) {
      do throws(IdentityError) {
        let document = try await documents.document(of: did)
        let identity = SyncIdentity(
          signingKey: try document.signingKey(),
          pds: try pds(of: document),
          checkedAt: now()
        )
        return .success(ResolvedIdentity(identity, claims: document.claimedHandle))
      } catch {
        return .failure(SyncFailure(error))
      }
    }
  }

  private func pds(of document: DIDDocument) throws(IdentityError) -> String {
    let url = try document.pds
    guard let name = HostName(pds: url) else {
      throw IdentityError(
        .missing,
        "cannot crawl the PDS of \(document.id): it is not a public host"
      )
    }
    return name.text
  }
}

extension SyncFailure {
  init(_ error: IdentityError) {
    let kind: Kind =
      switch error.code {
      case .notFound: .notFound
      case .deactivated: .tombstoned
      case .timedOut, .unreachable, .cancelled: .temporary
      default: .invalid
      }
    self.init(kind, error.reason)
  }
}
