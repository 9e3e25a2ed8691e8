import ATProtoIdentity
import ATProtoRepo
import ATProtoSyntax
import ComAtprotoAPI
import XRPC
import XRPCClient

/// Carries out the lookups that repository states request, a limited number at once.
struct SyncQuestions: Sendable {
  /// Resolving a handle takes several requests.
  private static let maximumLookups = 32

  let environment: SyncEnvironment
  let schedule: FetchSchedule
  private let lookups = TaskLimit(Self.maximumLookups)
  private let hosts: FetchLimits
  private let large = LargeRepositories()

  init(_ environment: SyncEnvironment, _ schedule: FetchSchedule) {
    self.environment = environment
    self.schedule = schedule
    hosts = FetchLimits(environment.configuration, environment.clock)
  }

  /// Sends the answer to the inbox; none if the task is canceled.
  func ask(_ question: SyncBatch.Question, for inbox: GroupInbox) async {
    switch question {
    case .identity(let did, let isRefresh):
      let result = await lookups.run { await identity(of: did, isRefresh) }
      if let result { inbox.send(.identity(did, result)) }
    case .status(let did, let identity):
      let result = await lookups.run { await status(of: did, identity) }
      if let result { inbox.send(.status(did, result)) }
    case .revision(let did):
      let result = await lookups.run { await revision(of: did) }
      if let result { inbox.send(.revision(did, result)) }
    case .repository(let job):
      await environment.clock.sleep(until: job.notBefore)
      guard !Task.isCancelled else { return }
      inbox.send(.repository(job.did, await repository(job)))
    case .wake(let did, let time):
      await environment.clock.sleep(until: time)
      guard !Task.isCancelled else { return }
      inbox.send(.wake(did))
    }
  }

  private func identity(
    of did: DID,
    _ isRefresh: Bool
  ) async -> Result<Identity, SyncFailure> {
    if isRefresh { await environment.identities.purge(did, handle: nil) }
    do throws(IdentityError) {
      return .success(try await environment.identities.identity(of: did))
    } catch {
      return .failure(SyncFailure(error))
    }
  }

  private func status(
    of did: DID,
    _ identity: SyncIdentity
  ) async -> Result<HostedStatus, SyncFailure> {
    guard let pds = environment.pds(of: identity) else {
      return .failure(Self.notAllowed(identity))
    }
    do {
      let output = try await environment.client(pds).query(
        ComAtproto.Sync.GetRepoStatus.self,
        .init(did: FormatString(did))
      )
      return .success(HostedStatus(isActive: output.active, status: output.status?.rawValue))
    } catch {
      return .failure(SyncFailure(.temporary, "\(error)"))
    }
  }

  /// The revision at the relay; nil if the relay does not tell it.
  private func revision(of did: DID) async -> TID? {
    let output = try? await environment.relay.query(
      ComAtproto.Sync.GetLatestCommit.self,
      .init(did: FormatString(did))
    )
    return try? output?.rev.parsed()
  }

  private func repository(_ job: FetchJob) async -> FetchOutcome {
    let pds = environment.pds(of: job.identity)
    guard pds != nil || environment.configuration.fetchesFromRelay else {
      return FetchOutcome(result: .failure(Self.notAllowed(job.identity)))
    }
    let host = pds?.authority ?? job.identity.pds
    switch await hosts.enter(host) {
    case .entered: break
    case .resting(let time):
      let failure = SyncFailure(.temporary, "the PDS \(job.identity.pds) did not respond")
      return FetchOutcome(result: .failure(failure), retryAt: time)
    case .crowded(let time):
      let failure = SyncFailure(.temporary, "other repositories take too long to fetch")
      return FetchOutcome(result: .failure(failure), retryAt: time, isCrowded: true)
    }
    let start = environment.clock.now
    var outcome = await RepositoryFetch(
      environment: environment,
      job: job,
      pds: pds,
      turn: LargeRepositories.Turn(large)
    ).run()
    outcome.duration = environment.clock.now - start
    await hosts.leave(host, outcome.host)
    return outcome
  }

  private static func notAllowed(_ identity: SyncIdentity) -> SyncFailure {
    SyncFailure(.invalid, "cannot call the PDS \(identity.pds): its URL is not allowed")
  }
}

extension SyncFailure {
  fileprivate init(_ error: IdentityError) {
    let kind: Kind =
      switch error.code {
      case .notFound: .notFound
      case .deactivated: .tombstoned
      default: error.isTransient ? .temporary : .invalid
      }
    self.init(kind, error.reason)
  }
}
