import ATProtoData
import ATProtoHTTP
import ATProtoRepo
import ATProtoSyntax
import ComAtprotoAPI
import XRPC
import XRPCClient

/// Fetches a whole repository from its PDS, verifies it, and stores what has changed.
///
/// Nothing is stored before everything is verified. In the meantime, the CAR file is kept in a
/// scratch file, and only the paths and CIDs of wanted records are in memory.
struct RepositoryFetch: Sendable {
  /// The maximum number of records of a repository.
  private static let maximumRecords = 5_000_000
  /// The maximum number of records to store at once.
  private static let batch = 500
  /// The same in bytes.
  private static let batchBytes = 4 << 20
  private static let chunk = 1 << 20
  /// The clock of a PDS may be ahead by five minutes (Sync specification, "Message Validation
  /// Checklist").
  private static let clockDrift: SyncTime = 300_000_000

  let environment: SyncEnvironment
  let job: FetchJob
  let pds: ServiceEndpoint

  /// A repository that has been verified, and is not stored.
  private struct Verified: Sendable {
    var commit: Commit
    var difference: RepositoryDifference
    var file: File
  }

  private enum Download: Sendable {
    case verified(Verified)
    case failed(FetchOutcome)
  }

  func run() async -> FetchOutcome {
    // Storing may have to wait for a slow client, which is not the fault of the PDS.
    let timeout = environment.configuration.repositoryTimeout
    guard let download = await withTimeout(timeout, { await download() }) else {
      let failure = SyncFailure(.temporary, "the repository did not arrive in time")
      return FetchOutcome(result: .failure(failure))
    }
    switch download {
    case .failed(let outcome): return outcome
    case .verified(let verified):
      do {
        try await save(verified.difference, verified.commit.rev, verified.file)
        environment.observer(.fetched(job.did, records: verified.difference.count))
        return FetchOutcome(result: .success(verified.commit), host: .works)
      } catch {
        return FetchOutcome(result: .failure(SyncFailure(.temporary, "\(error)")))
      }
    }
  }

  private func download() async -> Download {
    var client = environment.client(pds)
    client.retry = .never
    let body: RawBody
    do throws(XRPCError<ComAtproto.Sync.GetRepo.Failure>) {
      body = try await client.download(
        ComAtproto.Sync.GetRepo.self,
        .init(did: FormatString(job.did)),
        options: CallOptions(
          maximumResponseBytes: environment.configuration.maximumRepositoryBytes
        )
      ).output
    } catch {
      return .failed(FetchOutcome(error))
    }
    do {
      return .verified(try await verify(body.content.stream))
    } catch let error as SyncFailure {
      return .failed(FetchOutcome(result: .failure(error)))
    } catch let error as RepoError {
      return .failed(FetchOutcome(result: .failure(SyncFailure(.invalid, "\(error)"))))
    } catch {
      return .failed(FetchOutcome(result: .failure(SyncFailure(.temporary, "\(error)"))))
    }
  }

  private func verify(_ body: ByteStream) async throws -> Verified {
    let file = try File(scratchIn: environment.configuration.scratchDirectory)
    var difference = RepositoryDifference(
      try await known(),
      environment.configuration.collections
    )
    var verifier = RepositoryVerifier()
    for try await chunk in body {
      try verifier.append(chunk) { key, cid in try difference.add(key, cid) }
      guard difference.count <= Self.maximumRecords else {
        throw SyncFailure(.invalid, "the repository has more than \(Self.maximumRecords) records")
      }
      try file.write(chunk)
    }
    let commit = try verifier.finish().commit
    try check(commit)
    return Verified(commit: commit, difference: difference, file: file)
  }

  private func check(_ commit: Commit) throws {
    guard commit.did == job.did else {
      throw SyncFailure(.invalid, "the repository is that of \(commit.did)")
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
      last = end.path
    }
  }

  // MARK: Storing

  private func save(
    _ difference: RepositoryDifference,
    _ rev: TID,
    _ file: File
  ) async throws {
    var batch = Batch(did: job.did, rev: rev)
    for path in difference.deleted {
      batch.add(path, .delete, nil, nil)
      if batch.count >= Self.batch { try await apply(&batch) }
    }
    var reader = CARReader()
    var offset = 0
    var changed = difference.changed
    while !changed.isEmpty {
      let chunk = try file.read(Self.chunk, at: offset)
      guard !chunk.isEmpty else { break }
      offset += chunk.count
      reader.append(chunk)
      while let section = try reader.next() {
        guard case .block(let cid, let block) = section,
          let paths = changed.removeValue(forKey: cid)
        else { continue }
        // An account may store anything; what is not a record is left out.
        guard let record = try? DataValue(cbor: block, limits: .record, rules: .allowsForeignCIDs)
        else { continue }
        for path in paths {
          batch.add(path.path, path.isNew ? .create : .update, cid, record)
          batch.bytes += block.count
        }
        if batch.count >= Self.batch || batch.bytes >= Self.batchBytes {
          try await apply(&batch)
        }
      }
    }
    try await apply(&batch)
  }

  private func apply(_ batch: inout Batch) async throws {
    guard batch.count > 0 else { return }
    await environment.outbox.waitForRoom()
    try Task.checkCancellation()
    let changes = batch.changes
    try await environment.outbox.apply(changes)
    batch = Batch(did: batch.did, rev: batch.rev)
  }

  private struct Batch {
    let did: DID
    let rev: TID
    var changes = SyncChanges()
    var bytes = 0

    init(did: DID, rev: TID) {
      self.did = did
      self.rev = rev
    }

    var count: Int { changes.events.count }

    mutating func add(
      _ path: RepoPath,
      _ action: RecordChange.Action,
      _ cid: CID?,
      _ record: DataValue?
    ) {
      let change = RecordChange(
        isLive: false,
        rev: rev,
        did: did,
        collection: path.collection,
        recordKey: path.recordKey,
        action: action,
        cid: cid,
        record: record
      )
      changes.events.append(.record(change))
      changes.records.append(.init(did: did, path: path.string, cid: cid))
    }
  }
}

/// The records of a repository compared with those that were delivered.
struct RepositoryDifference: Sendable {
  struct Changed: Sendable {
    var path: RepoPath
    var isNew: Bool
  }

  /// Wanted records that are new or have changed, by CID.
  private(set) var changed: [CID: [Changed]] = [:]
  /// The wanted records of the repository.
  private(set) var count = 0
  private var known: [String: CID]
  private let collections: [CollectionPattern]

  init(_ known: [String: CID], _ collections: [CollectionPattern]) {
    self.known = known
    self.collections = collections
  }

  mutating func add(_ key: MSTKey, _ cid: CID) throws {
    let path = try RepoPath(key)
    let before = known.removeValue(forKey: path.string)
    guard collections.wants(path.collection) else { return }
    count += 1
    guard before != cid else { return }
    changed[cid, default: []].append(Changed(path: path, isNew: before == nil))
  }

  /// Records that were delivered and are not in the repository.
  var deleted: [RepoPath] {
    known.keys.sorted().compactMap { try? RepoPath($0) }
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
