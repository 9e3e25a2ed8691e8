import ATProtoCrypto
import ATProtoHTTP
import ATProtoRepo
import ATProtoSyntax
import ArgumentParser
import Foundation
import Logging
import Relay
import RelayTestSupport
import SQLiteStorage
import ServiceKit

/// A relay in a child process: strict, with its log and its database on disk.
struct ServeRelayCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve-relay",
    shouldDisplay: false
  )

  static let password = "benchmark"

  @Argument var folder: String

  @Option(help: "The port of the PLC directory.")
  var plc: UInt16 = 1

  @Option(help: "Events to put into the log before the start.")
  var events = 0

  @Option(help: "Accounts to put into the store before the start.")
  var accounts = 0

  @Option(help: "The port of the host of these accounts.")
  var host: UInt16 = 1

  func run() async throws {
    ServingProcess.endWithParent()
    DescriptorLimit.raise(to: 10_000)
    ProcessMemory.limitArenas()
    var configuration = RelayConfiguration(isDevelopment: true)
    configuration.persistDirectory = folder + "/persist"
    configuration.databasePath = folder + "/relay.sqlite"
    configuration.adminPasswords = [Self.password]
    configuration.newHostsPerDay = 1_000_000
    configuration.defaultAccountLimit = 10_000_000
    if let url = HTTPURL("http://127.0.0.1:\(plc)") { configuration.plcDirectory = url }
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let storage = try RelayStorage.sqlite(configuration)
    if events > 0 { try await RelayFill.log(events, storage) }
    if accounts > 0 { try await RelayFill.accounts(accounts, on: host, storage) }
    var logger = Logger(label: "benchmark")
    logger.logLevel = .error
    let server = try await RelayServer(configuration, storage: storage, logger: logger)
    try await server.run { address in
      ServingProcess.tell(address.split(separator: ":").last.flatMap { Int($0) } ?? 0)
    }
  }
}

/// Fills the storage of a relay without hosts.
enum RelayFill {
  /// The collection of one event in ``filteredPart``.
  static let filtered = "app.bsky.graph.follow"
  static let filteredPart = 20
  private static let batch = 500

  /// Writes commits of one record each. The store has them too, so that there is nothing to recover.
  static func log(_ count: Int, _ storage: RelayStorage) async throws {
    let account = SimulatedAccount(pds: "http://localhost:1")
    let posts = try (0..<64).map { try sample(account, "app.bsky.feed.post", $0) }
    let follows = try (64..<80).map { try sample(account, filtered, $0) }
    let start = SyncTime.now - SyncTime(count)
    var number = 0
    while number < count {
      var records: [LogRecord] = []
      for _ in 0..<min(batch, count - number) {
        let (frame, bloom) =
          number.isMultiple(of: filteredPart)
          ? follows[number % follows.count] : posts[number % posts.count]
        number += 1
        var bytes: [UInt8] = []
        frame.write(number, into: &bytes)
        records.append(
          LogRecord(
            sequence: number,
            microseconds: start + SyncTime(number),
            kind: .commit,
            account: AccountID(rawValue: 1),
            host: HostID(rawValue: 1),
            upstreamSequence: number,
            operationCount: 1,
            collections: bloom,
            frame: bytes
          )
        )
      }
      try storage.log.append(records)
    }
    try await storage.store.write { try $0.checkpoint.setAppliedSequence(count) }
  }

  private static func sample(
    _ account: SimulatedAccount,
    _ collection: String,
    _ number: Int
  ) throws -> (UnnumberedFrame, CollectionBloom) {
    let content = account.commit([
      .create(
        SimulatedAccount.path(collection, number),
        record: RelaySample.record(collection, 600)
      )
    ])
    let event = try FirehoseEvent(frame: SimulatedFrame.event(content, sequence: 1))
    var bloom = CollectionBloom()
    bloom.insert(try NSID(collection))
    guard let frame = event.frame else { throw ValidationError("a commit has a number") }
    return (frame, bloom)
  }

  /// Writes accounts of one host, whose identities are fresh.
  static func accounts(_ count: Int, on port: UInt16, _ storage: RelayStorage) async throws {
    let name = try HostName("localhost:\(port)", allowsLocal: true)
    let now = SyncTime.now
    let key = PrivateKey(generating: .k256).publicKey
    let account = SimulatedAccount(pds: "http://localhost:\(port)")
    let head = account.head
    let host = try await storage.store.write {
      try $0.hosts.insert(name, createdAt: now, accountLimit: count + 1)
    }
    for start in stride(from: 0, to: count, by: 50_000) {
      let rows = (start..<min(start + 50_000, count)).map { number in
        AccountRow(
          id: AccountID(rawValue: UInt32(number + 1)),
          did: AccountEvents.did(number),
          host: host,
          rev: head.rev,
          data: head.data,
          commit: head.cid,
          identity: SyncIdentity(signingKey: key, pds: name.text, checkedAt: now)
        )
      }
      try await storage.store.write { try $0.accounts.upsert(rows) }
    }
  }
}
