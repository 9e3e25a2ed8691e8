import ATProtoSyntax
import Logging
import ServiceKit
import XRPCServer

/// The domain types, each constructed with only its dependencies.
struct LabelerDomain: Sendable {
  let team: Team
  let authentication: ModeratorAuthentication
  let labels: Labels
  let log: LabelLog
  let resigning: Resigning
  let records: SubjectRecords
  let pusher: Pusher
  let desk: ModerationDesk
  let declaration: DeclarationSource
  /// The record of the account, if the declaration comes from a file.
  let publishedDeclaration: DeclarationSource?
  let reports: Reports

  init(
    _ configuration: LabelerConfiguration,
    _ storage: LabelerStorage,
    _ secrets: LabelerSecrets,
    _ network: LabelerNetwork,
    _ metrics: LabelerMetrics,
    _ logger: Logger
  ) throws {
    let store = storage.store
    let did = secrets.did
    let keys = try store.setUp { transaction in
      try SigningKeys(secrets.signingKey, in: transaction)
    }
    labels = Labels(source: did, keys: keys, store: store, metrics: metrics.labels)
    log = LabelLog(source: did, store: store, replayWindow: configuration.replayWindow)
    resigning = Resigning(labels, keys: keys, store: store)
    team = Team(did: did, store: store)
    try team.ensureAdministrators(configuration.administrators)
    authentication = ModeratorAuthentication(
      team: team,
      passwords: secrets.adminPasswords,
      directory: network.directory
    )
    records = SubjectRecords(
      store: store,
      directory: network.directory,
      transport: network.guarded
    )
    pusher = Pusher(
      targets: configuration.targets.all,
      did: did,
      key: secrets.signingKey,
      store: store,
      transport: network.trusted,
      metrics: metrics,
      logger: logger
    )
    desk = ModerationDesk(did: did, store: store, labels: labels, pusher: pusher, metrics: metrics)
    let published = DeclarationSource(
      of: did,
      directory: network.directory,
      transport: network.guarded,
      logger: logger
    )
    let file = try configuration.declarationFile.map { try DeclarationFile.read($0) }
    declaration = file.map { DeclarationSource($0) } ?? published
    publishedDeclaration = file == nil ? nil : published
    reports = Reports(
      desk: desk,
      declaration: declaration,
      records: records,
      limiter: configuration.hasRateLimits ? RateLimiter(Reports.limits) : nil
    )
  }
}

extension TakedownTargets {
  fileprivate var all: [PushTarget] {
    let named: [(PushTarget.Kind, TakedownTarget?)] = [
      (.pds, pds), (.relay, relay), (.appview, appView),
    ]
    return named.compactMap { kind, target in
      guard let target, let credentials = target.credentials else { return nil }
      return PushTarget(kind: kind, url: target.url, credentials: credentials)
    }
  }
}

extension TakedownTarget {
  fileprivate var credentials: PushTarget.Credentials? {
    adminPassword.map { .password($0) } ?? did.map { .token(audience: $0.string) }
  }
}
