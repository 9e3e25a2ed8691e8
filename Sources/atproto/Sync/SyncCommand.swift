import ATProtoData
import ATProtoIdentity
import ATProtoSyntax
import ArgumentParser
import Logging
import SQLiteStorage
import ServiceKit
import ServiceLifecycle
import UnixSignals
import VerifiedSync
import XRPCAsyncHTTPClient

struct SyncCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sync",
    abstract: "Keep repositories in sync, and output every verified change to a record.",
    usage: "atproto sync [--did DID ...] [--output stdout] [--dev] [--SETTING VALUE ...]",
    discussion: """
      Fetches whole repositories, verifies them, and follows the firehose. Prints one JSON object \
      per line for each change: {"id", "type": "record", "record": {"live", "rev", "did", \
      "collection", "rkey", "action", "cid", "record"}}, or {"id", "type": "identity", \
      "identity": {"did", "handle", "is_active", "status"}}. With --bind or --webhook-url, events \
      go there instead, and are sent again until they are acknowledged. With --bind, the first \
      line on standard output is {"address"}. Set any of these as an environment variable or as an \
      option; options take precedence:

      \(SyncSettings.table.help)
      """
  )

  enum Output: String, ExpressibleByArgument, CaseIterable {
    case stdout
  }

  @Option(
    name: .customLong("did"),
    help: ArgumentHelp("Follow this account; may be repeated.", valueName: "did"),
    transform: Self.did
  )
  var dids: [DID] = []

  @Option(help: "Print events even with --bind or --webhook-url.")
  var output: Output?

  @Flag(
    help: """
      Run for development: keep everything in memory, and allow a relay and PDSs on this machine.
      """
  )
  var dev = false

  @Flag(help: "Stop when standard input ends, as it does when the parent process dies.")
  var stopAtEndOfInput = false

  @Argument(parsing: .allUnrecognized, help: .hidden)
  var settings: [String] = []

  private static func did(_ text: String) throws -> DID {
    guard let did = try? DID(text) else {
      throw ValidationError("'\(text.prefix(80))' is not a valid DID")
    }
    return did
  }

  func run() async throws {
    let given = try GivenSettings<SyncSettings>(isDevelopment: dev, settings)
    let configuration = given.configuration
    var logger = Logger(label: "sync") {
      EscapingLogHandler(StreamLogHandler.standardError(label: $0))
    }
    logger.logLevel = configuration.logLevel
    given.warnAboutUnknown(logger)
    OpenFiles.raiseLimit()
    ProcessMemory.limitArenas()
    guard let path = configuration.databasePath else {
      return try await serve(configuration, MemorySyncStore(), logger)
    }
    let store = try SQLiteSyncStore(path: path)
    try await OpenData.use(closing: store.close) {
      try await serve(configuration, store, logger)
    }
  }

  private func serve(
    _ configuration: SyncCommandConfiguration,
    _ store: any SyncStore,
    _ logger: Logger
  ) async throws {
    let identities = SyncNetwork.identities(configuration)
    let consumer = SyncConsumer(
      configuration.consumer,
      store: store,
      transport: SyncNetwork.transport(configuration),
      relayTransport: AsyncHTTPClientTransport.shared,
      identities: identities,
      observer: { $0.write(to: logger) }
    )
    let prints =
      output == .stdout || configuration.address == nil && configuration.webhook == nil
    let work = SyncWork(
      consumer: consumer,
      dids: dids,
      prints: prints,
      webhook: configuration.webhook.map { SyncWebhook($0, configuration) }
    )
    if stopAtEndOfInput { EndOfInput.stop() }
    guard let address = configuration.address else {
      return try await ServiceGroup(
        services: [work],
        gracefulShutdownSignals: [.sigterm, .sigint],
        logger: logger
      ).run()
    }
    let server = SyncServer(
      address: address,
      logger: logger,
      work: work,
      consumer: consumer,
      web: SyncWeb(
        consumer: consumer,
        identities: identities,
        password: configuration.adminPassword
      ),
      needsAcknowledgments: configuration.needsAcknowledgments,
      hasWebhook: configuration.webhook != nil
    )
    try await server.run { address in
      let line: DataObject = ["address": .string(address)]
      Console.line(DataValue.object(line).jsonString())
    }
  }
}
