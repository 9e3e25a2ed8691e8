import ATProtoData
import ATProtoIdentity
import ATProtoSyntax
import AppView
import Foundation
import Labeler
import Logging
import PDS
import PLCDirectory
import Relay
import SQLiteStorage
import ServiceKit
import XRPCAsyncHTTPClient

/// A PLC directory, a relay, an app view, two PDSs, and a labeler, all in this process.
///
/// Each service starts after those that it calls while it starts, and stops before them.
struct DevelopmentNetwork: Sendable {
  let plan: NetworkPlan
  let logLevel: Logger.Level

  /// Serves while `body` runs.
  ///
  /// Throws the error of `body`, and ``ServiceError`` if a service cannot start.
  func serve(during body: (RunningNetwork) async throws -> Void) async throws {
    for member in NetworkPlan.Member.allCases {
      try FileManager.default.createDirectory(
        atPath: plan.folder(of: member),
        withIntermediateDirectories: true
      )
    }
    let (store, closeStore) = try plcStore()
    try await OpenData.use(closing: closeStore) {
      let directory = PLCDirectoryServer(
        PLCOperationDirectory(store: store),
        plan.plcConfiguration,
        logger: logger(.plc)
      )
      try await directory.serve { _ in
        try await withLabeler { labeler in
          try await withIndex(labeler) { appView in
            try await withHosts(appView, labeler) {
              try await body(
                RunningNetwork(plan: plan, labelerDID: labeler.did, appViewDID: appView.did)
              )
            }
          }
        }
      }
    }
  }

  /// A labeler with an identity in the PLC directory.
  private func withLabeler(_ body: (LabelerServer) async throws -> Void) async throws {
    let configuration = try plan.labelerConfiguration()
    let storage = try LabelerStorage.sqlite(configuration)
    try await OpenData.use(closing: storage.close) {
      let plc = PLCDirectoryClient(
        url: configuration.plcDirectory,
        transport: AsyncHTTPClientTransport.shared
      )
      try await DevelopmentIdentity(storage, plc).prepare(configuration)
      let labeler = try LabelerServer(configuration, storage: storage, logger: logger(.labeler))
      try await labeler.serve { _ in try await body(labeler) }
    }
  }

  /// A relay and an app view.
  private func withIndex(
    _ labeler: LabelerServer,
    _ body: (AppViewServer) async throws -> Void
  ) async throws {
    let relayConfiguration = try plan.relayConfiguration()
    let relayStorage = try RelayStorage.sqlite(relayConfiguration)
    try await OpenData.use(closing: relayStorage.close) {
      let relay = try await RelayServer(
        relayConfiguration,
        storage: relayStorage,
        logger: logger(.relay)
      )
      try await relay.serve { _ in
        let configuration = try plan.appViewConfiguration(labeler: labeler.did)
        let storage = try AppViewStorage.sqlite(configuration.databasePath)
        try await OpenData.use(closing: storage.close) {
          let appView = try AppViewServer.complete(
            configuration,
            storage: storage,
            logger: logger(.appView)
          )
          try await appView.serve { _ in try await body(appView) }
        }
      }
    }
  }

  /// Two PDSs.
  private func withHosts(
    _ appView: AppViewServer,
    _ labeler: LabelerServer,
    _ body: () async throws -> Void
  ) async throws {
    let services = NetworkPlan.Services(
      appView: ServiceLocation(did: try DID(appView.did), url: try plan.url(of: .appView)),
      labeler: ServiceLocation(did: try DID(labeler.did), url: try plan.url(of: .labeler))
    )
    let first = try host(.firstPDS, services)
    try await OpenData.use(closing: first.close) {
      try await first.serve { _ in
        let second = try host(.secondPDS, services)
        try await OpenData.use(closing: second.close) {
          try await second.serve { _ in try await body() }
        }
      }
    }
  }

  private func host(
    _ member: NetworkPlan.Member,
    _ services: NetworkPlan.Services
  ) throws -> PersonalDataServer {
    let configuration = try plan.pdsConfiguration(member, services)
    return try PersonalDataServer(
      configuration,
      storage: plan.isPersistent ? .sqlite(configuration) : .memory(),
      logger: logger(member)
    )
  }

  private func plcStore() throws -> (any PLCStore, close: () throws -> Void) {
    guard plan.isPersistent else { return (MemoryPLCStore(), {}) }
    let store = try SQLitePLCStore(directory: plan.folder(of: .plc))
    return (store, store.close)
  }

  func logger(_ member: NetworkPlan.Member) -> Logger {
    var logger = Logger(label: member.name) { StreamLogHandler.standardError(label: $0) }
    logger.logLevel = logLevel
    return logger
  }
}

/// The services of a network that are up, with their identities.
struct RunningNetwork: Sendable {
  let plan: NetworkPlan
  let labelerDID: String
  let appViewDID: String

  /// The addresses, identities, and passwords, as the first line of output describes them.
  func description(accounts: [NetworkAccount]) -> DataValue {
    [
      "address": .string(plan.address(of: .page)),
      "adminPassword": .string(plan.adminPassword),
      "plc": ["address": .string(plan.address(of: .plc))],
      "pds": .array([host(.firstPDS), host(.secondPDS)]),
      "relay": ["address": .string(plan.address(of: .relay))],
      "labeler": [
        "address": .string(plan.address(of: .labeler)), "did": .string(labelerDID),
      ],
      "appview": [
        "address": .string(plan.address(of: .appView)), "did": .string(appViewDID),
      ],
      "accounts": .array(accounts.map(\.dataValue)),
    ]
  }

  private func host(_ member: NetworkPlan.Member) -> DataValue {
    [
      "address": .string(plan.address(of: member)),
      "did": .string("did:web:\(member.name).localhost"),
      "mail": .string(plan.mailFile(of: member)),
    ]
  }
}
