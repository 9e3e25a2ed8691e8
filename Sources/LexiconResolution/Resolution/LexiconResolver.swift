import ATProtoData
public import ATProtoHTTP
public import ATProtoIdentity
import ATProtoRepo
public import ATProtoSyntax

/// Resolves Lexicon documents (Lexicon specification, "Lexicon Publication and Resolution"): a TXT
/// record of the domain authority names a DID, and its repository has the document as a record, whose
/// proof is verified.
///
/// A resolver asks the network each time. ``LexiconRun`` asks once for everything that a command needs;
/// ``CachingLexiconResolver`` is for servers.
public struct LexiconResolver: Sendable {
  /// The collection of Lexicon documents: `com.atproto.lexicon.schema`.
  public static let collection: NSID = "com.atproto.lexicon.schema"

  /// What the resolver may do in the network.
  public let settings: LexiconNetworkSettings

  private let txt: any TXTResolver
  private let directory: any IdentityDirectory
  private let transport: any HTTPTransport
  private let proofs: any RecordProofSource
  private let gate: FetchGate
  /// Name servers are asked on threads, of which there is a limited number.
  private let queryGate = FetchGate(maximum: 32, maximumPerHost: 32)

  /// Creates a resolver.
  ///
  /// - Parameters:
  ///   - txt: looks up domain authorities.
  ///   - directory: looks up DID documents. Its transport should have the
  ///     ``LexiconNetworkSettings/addressPolicy`` of the settings.
  ///   - transport: sends requests to PDSes, and should have the same policy.
  ///   - proofs: returns proofs of records; nil to fetch them over `transport`.
  public init(
    txt: any TXTResolver,
    directory: any IdentityDirectory,
    transport: any HTTPTransport,
    proofs: (any RecordProofSource)? = nil,
    settings: LexiconNetworkSettings = LexiconNetworkSettings()
  ) {
    self.txt = txt
    self.directory = directory
    self.transport = transport
    self.proofs = proofs ?? NetworkProofSource(transport: transport, settings: settings)
    self.settings = settings
    gate = FetchGate(
      maximum: settings.limits.concurrentFetches,
      maximumPerHost: settings.limits.concurrentFetchesPerHost
    )
  }

  /// Resolves a document.
  ///
  /// - Throws: ``LexiconError``, with the NSID. ``LexiconError/Code/cidMismatch`` if the reference has
  ///   another CID.
  public func resolve(
    _ reference: LexiconReference
  ) async throws(LexiconError) -> ResolvedLexicon {
    try await describing("cannot resolve \(reference.nsid)", reference.nsid) {
      () async throws(LexiconError) in
      let authority: LexiconAuthority
      if let did = reference.did {
        authority = LexiconAuthority(did: did)
      } else {
        authority = try await lookUp(LexiconGroup(of: reference.nsid))
      }
      let repository = try await lookUp(authority.did)
      var lexicon = try await fetch(reference.nsid, cid: reference.cid, from: repository)
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
}

// MARK: Steps

extension LexiconResolver {
  /// "Resolution is not hierarchical": only the domain of the NSID itself is looked up.
  func lookUp(_ group: LexiconGroup) async throws(LexiconError) -> LexiconAuthority {
    let domain = group.prefix.split(separator: ".").reversed().joined(separator: ".")
    if let did = settings.authorities[domain] ?? settings.authorityForAll {
      return LexiconAuthority(did: did)
    }
    let name = "_lexicon.\(domain)"
    guard let handle = group.domain, name.utf8.count <= 253 else {
      throw LexiconError(.authorityNotFound, "its domain authority is too long for a domain name")
    }
    let isTest = handle.topLevelDomain == "test"
    guard !handle.hasDisallowedTopLevelDomain, !isTest || settings.allowsLoopback else {
      throw LexiconError(
        .reservedDomain,
        "the top-level domain .\(handle.topLevelDomain) is reserved"
      )
    }
    let records = try await queryGate.run("") { () async throws(LexiconError) in
      do throws(IdentityError) {
        return try await txt.records(of: name, within: settings.limits.dnsTimeout)
      } catch {
        throw LexiconError(
          .dnsFailure,
          "the name servers do not answer for \(name)",
          detail: error.reason
        )
      }
    }
    return try LexiconAuthority(records, of: name)
  }

  func lookUp(_ did: DID) async throws(LexiconError) -> LexiconRepository {
    // The PLC directory, or the host of a did:web.
    let host = did.method == "web" ? did.identifier : "did:\(did.method)"
    return try await gate.run(host) { () async throws(LexiconError) in
      let document: DIDDocument
      do throws(IdentityError) {
        document = try await directory.document(of: did)
      } catch {
        throw LexiconError(error, documentOf: did)
      }
      return try LexiconRepository(document)
    }
  }

  /// Sends `com.atproto.repo.listRecords` and returns the body of the response.
  func list(
    _ parameters: [(String, String)],
    at pds: HTTPURL,
    maximumBytes: Int
  ) async throws(LexiconError) -> [UInt8] {
    let server = UntrustedServer(transport: transport, settings: settings)
    return try await gate.run(pds.authority) { () async throws(LexiconError) in
      try await server.get(
        "/xrpc/com.atproto.repo.listRecords",
        parameters,
        at: pds,
        accept: "application/json",
        maximumBytes: maximumBytes
      ).body
    }
  }

  func fetch(
    _ nsid: NSID,
    cid: CID?,
    from repository: LexiconRepository
  ) async throws(LexiconError) -> ResolvedLexicon {
    // A proof is as valid from anywhere. The mirror may lack the document, or have an old one.
    if let mirror = settings.mirror, let lexicon = try? await fetch(nsid, repository, at: mirror),
      cid == nil || lexicon.cid == cid
    {
      return lexicon
    }
    do throws(LexiconError) {
      return try await fetch(nsid, repository, at: repository.pds).checked(cid)
    } catch {
      return try await retry(nsid, repository, after: error).checked(cid)
    }
  }

  /// Tries again once if the key may have changed since the DID document was cached.
  private func retry(
    _ nsid: NSID,
    _ repository: LexiconRepository,
    after error: LexiconError
  ) async throws(LexiconError) -> ResolvedLexicon {
    guard error.code == .invalidSignature, settings.cachesDocuments else { throw error }
    await directory.purge(repository.did, handle: nil)
    let current = try await lookUp(repository.did)
    guard current != repository else { throw error }
    return try await fetch(nsid, current, at: current.pds)
  }

  private func fetch(
    _ nsid: NSID,
    _ repository: LexiconRepository,
    at server: HTTPURL
  ) async throws(LexiconError) -> ResolvedLexicon {
    guard let path = ResolvedLexicon.path(of: nsid) else {
      throw LexiconError(.invalidNsid, "it is not a valid record key")
    }
    let car = try await gate.run(server.authority) { () async throws(LexiconError) in
      try await proofs.proof(of: path, in: repository.did, at: server)
    }
    return try ResolvedLexicon(proof: car, of: nsid, in: repository, limits: settings.limits)
  }
}
