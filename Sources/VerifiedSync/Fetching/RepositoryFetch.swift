import ATProtoData
import ATProtoHTTP
import ATProtoRepo
import ATProtoSyntax
import ComAtprotoAPI
import XRPC
import XRPCClient

/// Fetches a whole repository, verifies it, and stores what has changed.
///
/// Nothing is stored before everything is verified. In the meantime, the CAR file is kept in a
/// scratch file, and only the paths and CIDs of wanted records are in memory.
struct RepositoryFetch: Sendable {
  /// The maximum number of records of a repository.
  private static let maximumRecords = 5_000_000
  /// The clock of a PDS may be ahead by five minutes (Sync specification, "Message Validation
  /// Checklist").
  private static let clockDrift: SyncTime = 300_000_000

  let environment: SyncEnvironment
  let job: FetchJob
  /// Nil if the PDS must not be called.
  let pds: ServiceEndpoint?
  let turn: LargeRepositories.Turn

  private enum Download: Sendable {
    case verified(Commit, FetchedRepository)
    case failed(FetchOutcome)
  }

  func run() async -> FetchOutcome {
    defer { turn.end() }
    // Storing may have to wait for a slow client, which is not the fault of the PDS.
    let timeout = environment.configuration.repositoryTimeout
    guard let download = await withTimeout(timeout, { await download() }) else {
      let failure = SyncFailure(.temporary, "the repository did not arrive in time")
      return FetchOutcome(result: .failure(failure), host: .fails)
    }
    switch download {
    case .failed(let outcome): return outcome
    case .verified(let commit, let repository):
      do {
        try await save(repository)
        if job.rev != nil { environment.counters.countResync() }
        environment.observer(.fetched(job.did, records: repository.recordCount))
        return FetchOutcome(result: .success(commit), host: .works)
      } catch {
        return FetchOutcome(result: .failure(SyncFailure(.temporary, "\(error)")))
      }
    }
  }

  /// "Consumers should ask their upstream first so that it can coalesce" requests for one
  /// repository; what it answers is verified like everything else. A PDS that is configured as the
  /// relay may have a private address.
  private func download() async -> Download {
    let relay = environment.configuration.relay
    if environment.configuration.fetchesFromRelay {
      let transport = RedirectingTransport(
        first: environment.relayTransport,
        others: environment.transport,
        allowsPlainHTTP: environment.configuration.allowsLoopback
      )
      let download = await download(XRPCClient(service: relay, transport: transport))
      switch download {
      case .verified: return download
      // The relay decides whether an account may be shown.
      case .failed(let outcome)
      where outcome.status != nil || pds == nil || relay == pds || Task.isCancelled:
        return download
      case .failed: break
      }
    }
    guard let pds else {
      let failure = SyncFailure(.invalid, "the URL of the PDS \(job.identity.pds) is not allowed")
      return .failed(FetchOutcome(result: .failure(failure)))
    }
    return await download(environment.client(pds))
  }

  private func download(_ client: XRPCClient) async -> Download {
    var client = client
    client.retry = .never
    let body: RawBody
    do throws(XRPCError<ComAtproto.Sync.GetRepo.Failure>) {
      body = try await client.download(
        ComAtproto.Sync.GetRepo.self,
        .init(did: FormatString(job.did)),
        options: CallOptions(
          timeout: min(.seconds(60), environment.configuration.repositoryTimeout),
          maximumResponseBytes: environment.configuration.maximumRepositoryBytes
        )
      ).output
    } catch {
      return .failed(FetchOutcome(error))
    }
    do {
      return try await verify(body.content.stream)
    } catch let error as SyncFailure {
      return .failed(FetchOutcome(result: .failure(error)))
    } catch let error as RepoError {
      return .failed(FetchOutcome(result: .failure(SyncFailure(.invalid, "\(error)"))))
    } catch {
      return .failed(FetchOutcome(result: .failure(SyncFailure(.temporary, "\(error)"))))
    }
  }

  private func verify(_ body: ByteStream) async throws -> Download {
    let file = try File(scratchIn: environment.configuration.scratchDirectory)
    var difference = RepositoryDifference(
      try await known(),
      environment.configuration.collections
    )
    var verifier = RepositoryVerifier()
    for try await chunk in body {
      try verifier.append(chunk) { key, cid in difference.add(key, cid) }
      guard difference.count <= Self.maximumRecords else {
        throw SyncFailure(.invalid, "the repository has more than \(Self.maximumRecords) records")
      }
      try turn.check(difference.count)
      try file.write(chunk)
    }
    let commit = try verifier.finish().commit
    try check(commit)
    return .verified(
      commit,
      FetchedRepository(did: job.did, rev: commit.rev, difference: difference, file: file)
    )
  }

  private func check(_ commit: Commit) throws {
    guard commit.did == job.did else {
      throw SyncFailure(.invalid, "the repository belongs to \(commit.did)")
    }
    try commit.verify(job.identity.signingKey)
    if let rev = job.rev, commit.rev < rev {
      throw SyncFailure(.temporary, "the repository is older than the known revision \(rev)")
    }
    guard commit.rev.microseconds <= environment.clock.now + Self.clockDrift else {
      throw SyncFailure(.invalid, "the revision \(commit.rev) is in the future")
    }
  }

  /// The versions that were delivered.
  private func known() async throws -> [String: CID] {
    var known: [String: CID] = [:]
    var last: String?
    while true {
      let page = try await environment.store.records(of: job.did, after: last, limit: 5_000)
      guard let end = page.last else { return known }
      for record in page { known[record.path] = record.cid }
      try turn.check(known.count)
      last = end.path
    }
  }
}

extension FetchOutcome {
  fileprivate init(_ error: XRPCError<ComAtproto.Sync.GetRepo.Failure>) {
    let reason = "\(error)"
    switch error {
    case .failure(.repoNotFound, _):
      self.init(result: .failure(SyncFailure(.notFound, reason)))
    case .failure(.repoTakendown, _):
      self.init(result: .failure(SyncFailure(.notFound, reason)), status: "takendown")
    case .failure(.repoSuspended, _):
      self.init(result: .failure(SyncFailure(.notFound, reason)), status: "suspended")
    case .failure(.repoDeactivated, _):
      self.init(result: .failure(SyncFailure(.notFound, reason)), status: "deactivated")
    case .transport(let failure) where failure.code == .refusedAddress:
      self.init(result: .failure(SyncFailure(.invalid, reason)))
    case .failure(_, let status) where status == 429 || status >= 500:
      self.init(result: .failure(SyncFailure(.temporary, reason)), host: .fails)
    case .failure:
      self.init(result: .failure(SyncFailure(.temporary, reason)))
    case .transport, .protocolViolation:
      self.init(result: .failure(SyncFailure(.temporary, reason)), host: .fails)
    }
  }
}
