import ATProtoData
public import ATProtoSyntax

/// Resolves documents for one run of a command: each domain authority, DID document, and record is
/// asked for once, even if that fails, and however many tasks need it.
public actor LexiconRun {
  private typealias Flight<Value: Sendable> = Task<Result<Value, LexiconError>, Never>

  private struct RecordKey: Hashable {
    var nsid: NSID
    var did: DID
    var cid: CID?
  }

  /// The resolver that asks the network.
  public nonisolated let resolver: LexiconResolver

  private var authorities: [LexiconGroup: Flight<LexiconAuthority>] = [:]
  private var repositories: [DID: Flight<LexiconRepository>] = [:]
  private var lexicons: [RecordKey: Flight<ResolvedLexicon>] = [:]
  private var lists: [LexiconGroup: Flight<[NSID]>] = [:]

  /// Creates a run that does not know anything yet.
  public init(_ resolver: LexiconResolver) {
    self.resolver = resolver
  }

  /// Resolves a document.
  ///
  /// - Throws: ``LexiconError``, with the NSID. ``LexiconError/Code/cidMismatch`` if the reference has
  ///   another CID.
  public func resolve(
    _ reference: LexiconReference
  ) async throws(LexiconError) -> ResolvedLexicon {
    let nsid = reference.nsid
    return try await describing("cannot resolve \(nsid)", nsid) { () async throws(LexiconError) in
      let authority: LexiconAuthority
      if let did = reference.did {
        authority = LexiconAuthority(did: did)
      } else {
        authority = try await lookUp(LexiconGroup(of: nsid))
      }
      let repository = try await lookUp(authority.did)
      var lexicon = try await fetch(nsid, reference.cid, repository)
      lexicon.authorityTimeToLive = authority.timeToLive
      return lexicon
    }
  }

  /// Finds the DID that publishes a document, by the settings or by DNS.
  public func authority(of nsid: NSID) async throws(LexiconError) -> LexiconAuthority {
    try await describing("cannot resolve \(nsid)", nsid) { () async throws(LexiconError) in
      try await lookUp(LexiconGroup(of: nsid))
    }
  }

  /// Finds the DID that publishes the documents of a group, by the settings or by DNS.
  public func authority(of group: LexiconGroup) async throws(LexiconError) -> LexiconAuthority {
    try await describing("cannot resolve \(group)") { () async throws(LexiconError) in
      try await lookUp(group)
    }
  }

  /// Finds the PDS and the signing key of an account.
  public func repository(of did: DID) async throws(LexiconError) -> LexiconRepository {
    try await describing("cannot find the repository of \(did)") { () async throws(LexiconError) in
      try await lookUp(did)
    }
  }

  /// Lists the documents that the authority of a group has published in it, sorted. The list is not
  /// proven; ``resolve(_:)`` proves each document.
  public func names(
    in group: LexiconGroup
  ) async throws(LexiconError) -> (did: DID, names: [NSID]) {
    let did = try await authority(of: group).did
    let repository = try await repository(of: did)
    let flight =
      lists[group]
      ?? Flight { [resolver] in
        await outcome { () async throws(LexiconError) in
          try await resolver.names(in: group, from: repository)
        }
      }
    lists[group] = flight
    return (did, try await flight.value.get())
  }

  // MARK: Steps

  private func lookUp(_ group: LexiconGroup) async throws(LexiconError) -> LexiconAuthority {
    let flight =
      authorities[group]
      ?? Flight { [resolver] in
        await outcome { () async throws(LexiconError) in try await resolver.lookUp(group) }
      }
    authorities[group] = flight
    return try await flight.value.get()
  }

  private func lookUp(_ did: DID) async throws(LexiconError) -> LexiconRepository {
    let flight =
      repositories[did]
      ?? Flight { [resolver] in
        await outcome { () async throws(LexiconError) in try await resolver.lookUp(did) }
      }
    repositories[did] = flight
    return try await flight.value.get()
  }

  private func fetch(
    _ nsid: NSID,
    _ cid: CID?,
    _ repository: LexiconRepository
  ) async throws(LexiconError) -> ResolvedLexicon {
    // Only a mirror may have the document that is asked for rather than the present one.
    let asked = resolver.settings.mirror == nil ? nil : cid
    let key = RecordKey(nsid: nsid, did: repository.did, cid: asked)
    let flight =
      lexicons[key]
      ?? Flight { [resolver] in
        await outcome { () async throws(LexiconError) in
          try await resolver.fetch(nsid, cid: asked, from: repository)
        }
      }
    lexicons[key] = flight
    return try await flight.value.get().checked(cid)
  }
}

/// Returns the result of a lookup as a value, because tasks do not preserve typed errors.
nonisolated(nonsending) func outcome<Value: Sendable>(
  _ body: () async throws(LexiconError) -> Value
) async -> Result<Value, LexiconError> {
  do throws(LexiconError) {
    return .success(try await body())
  } catch {
    return .failure(error)
  }
}
