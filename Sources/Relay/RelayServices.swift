import ATProtoRepo
import Foundation
import Logging
import ServiceKit
import XRPCServer

/// The composition root: creates the domain types in the order in which they depend on each other,
/// and passes to each handler those that it uses.
struct RelayServices: Sendable {
  let storage: RelayStorage
  let metrics: RelayMetrics
  let firehose: Firehose
  let jetstream: JetstreamFeed
  let work: RelayWork
  let sync: SyncHandler
  let repositories: RepoRedirect
  let admin: AdminHandler
  let consumers: ConsumerList
  /// Everything outside of XRPC.
  let web: RelayWeb

  init(
    _ configuration: RelayConfiguration,
    _ storage: RelayStorage,
    _ network: RelayNetwork,
    _ metrics: RelayMetrics,
    _ logger: Logger
  ) async throws {
    let recovery = try await Recovery(storage, initialSequence: configuration.initialSequence)
    if recovery.recordCount > 0 {
      logger.notice("recovered", metadata: ["events": "\(recovery.recordCount)"])
    }
    let pipeline = RelayPipeline(configuration, storage, network, metrics, recovery)
    let hosts = Hosts(
      HostsConfiguration(configuration),
      store: storage.store,
      transport: network.guarded,
      counts: pipeline.counts,
      metrics: metrics.hosts,
      logger: logger,
      limitChanged: { [accounts = pipeline.accounts] in await accounts.limitChanged(of: $0) },
      storeProgress: { [checkpoints = pipeline.checkpoints] in try await checkpoints.flush() },
      submit: { [intake = pipeline.intake] in intake.submit($0) }
    )
    pipeline.checkpoints.setHosts { hosts.progress }
    let gate = AdminGate(Administrator(passwords: configuration.adminPasswords))
    let siblings = SiblingRelays(
      configuration.siblings,
      transport: network.trusted,
      logger: logger
    )
    let consumers = ConsumerList()
    let actions = AdminActions(
      hosts: hosts,
      accounts: pipeline.accounts,
      counts: pipeline.counts,
      consumers: consumers,
      droppedEvents: pipeline.droppedEvents
    )
    self.storage = storage
    self.metrics = metrics
    self.consumers = consumers
    firehose = pipeline.firehose
    jetstream = try JetstreamFeed(pipeline, storage, configuration, metrics, recovery)
    work = RelayWork(
      pipeline: pipeline,
      hosts: hosts,
      storage: storage,
      alerts: AccountLimitAlerts(
        settings: configuration.accountLimitAlerts,
        hosts: hosts,
        counts: pipeline.counts,
        metrics: metrics.hosts,
        logger: logger
      ),
      consumers: consumers,
      output: metrics.output,
      logger: logger
    )
    sync = SyncHandler(
      hosts: hosts,
      accounts: pipeline.accounts,
      counts: pipeline.counts,
      collections: Collections(store: storage.store, checkpoints: pipeline.checkpoints),
      siblings: siblings
    )
    repositories = RepoRedirect(accounts: pipeline.accounts, hosts: hosts)
    admin = AdminHandler(
      gate: gate,
      accounts: pipeline.accounts,
      table: pipeline.table,
      siblings: siblings
    )
    web = RelayWeb(
      gate: gate,
      api: AdminAPI(actions: actions, siblings: siblings),
      page: try AdminPage(actions, siblings: siblings),
      health: HealthReport(version: configuration.version, check: work.checkHealth),
      logger: logger
    )
  }
}

extension HostsConfiguration {
  init(_ configuration: RelayConfiguration) {
    self.init(
      allowsInsecureHosts: configuration.allowsInsecureHosts,
      trustedDomains: configuration.trustedDomains,
      concurrency: configuration.hostConcurrency,
      eventsPerSecond: configuration.hostEventsPerSecond,
      defaultAccountLimit: configuration.defaultAccountLimit,
      newHostsPerDay: configuration.newHostsPerDay,
      isCrawlEnabled: configuration.isCrawlPublic,
      isDevelopment: configuration.isDevelopment
    )
  }
}
