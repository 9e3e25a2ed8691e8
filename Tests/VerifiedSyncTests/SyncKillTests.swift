import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import Foundation
import RelayTestSupport
import SQLiteStorage
import Synchronization
import TestSupport
import Testing
import VerifiedSync

/// Kills `atproto sync` between the delivery of an event and its acknowledgment, while it sends
/// histories and live events: nothing is lost.
///
/// `SYNC_KILL_CYCLES` is the number of kills; the default keeps the suite short.
@Suite(.serialized) struct SyncKillTests {
  private static let cycles =
    ProcessInfo.processInfo.environment["SYNC_KILL_CYCLES"].flatMap(Int.init) ?? 6
  private static let collection = "app.example.post"

  @Test func recordsArriveAcrossKills() async throws {
    try await RelayFixture.run { network in
      // Each account except the first writes in only one cycle, because a later commit would reveal
      // and repair a loss.
      let accounts = (0...Self.cycles).map { _ in
        network.makeAccount(writes: (1..<200).map { SimulatedAccount.create(Self.collection, $0) })
      }
      var expected: Set<String> = []
      for account in accounts {
        for number in 1..<200 { expected.insert(Self.key(account, number)) }
      }
      let hook = try await KillHook()
      let folder = try TemporaryFolder()
      let database = folder.path + "/sync.sqlite"
      func start() throws -> RunningProcess {
        try RunningProcess(
          ChildProcess.built("atproto"),
          [
            "sync", "--dev", "--relay", network.host.url, "--plc", "\(network.plc.url)",
            "--db-url", "sqlite://\(database)", "--webhook-url", hook.url,
          ] + accounts.flatMap { ["--did", $0.did.string] }
        )
      }

      var next = 1_000
      for cycle in 0..<Self.cycles {
        let process = try start()
        // The first time, histories are still being sent.
        hook.arm(process.identifier, afterEvents: .random(in: 1...80))
        for account in [accounts[0], accounts[cycle + 1]] {
          for _ in 0..<100 {
            network.host.emit(account.commit([SimulatedAccount.create(Self.collection, next)]))
            expected.insert(Self.key(account, next))
            if next.isMultiple(of: 5) {
              let path = SimulatedAccount.path(Self.collection, next)
              network.host.emit(account.commit([.delete(path)]))
              expected.remove(Self.key(account, next))
            }
            next += 1
          }
        }
        let hasEnded = try await until { process.hasEnded }
        #expect(hasEnded, "fewer events arrived than expected")
        hook.disarm()
        if !hasEnded { kill(process.identifier, SIGKILL) }
        #expect(process.wait(seconds: 10) == -SIGKILL)
      }

      let process = try start()
      // A repository whose second fetch was interrupted is fetched again after a minute.
      for _ in 0..<1_200 where hook.records != expected {
        try await Task.sleep(for: .milliseconds(100))
      }
      #expect(expected.subtracting(hook.records).sorted().prefix(5) == [])
      #expect(hook.records.subtracting(expected).sorted().prefix(5) == [])
      #expect(hook.problems == [])
      kill(process.identifier, SIGTERM)
      #expect(process.wait(seconds: 30) == 0)
      await hook.stop()

      let store = try SQLiteSyncStore(path: database)
      let counts = try await store.counts()
      #expect(counts.repositories == accounts.count)
      #expect(counts.records == expected.count)
      try store.close()
    }
  }

  private static func key(_ account: SimulatedAccount, _ number: Int) -> String {
    "\(account.did.string) r\(number)"
  }
}

/// A webhook that applies events, and kills their sender when one has been applied but not
/// acknowledged.
private final class KillHook: Sendable {
  fileprivate struct State {
    var records: Set<String> = []
    var problems: [String] = []
    var victim: pid_t?
    var remaining = 0
  }

  private final class Shared: Sendable {
    let value = Mutex(State())
  }

  private let shared: Shared
  private let server: SimulatedServer

  init() async throws {
    let shared = Shared()
    self.shared = shared
    server = try await SimulatedServer { request in
      let victim = shared.value.withLock { $0.take(request.body) }
      guard let victim else { return .json("{}") }
      kill(victim, SIGKILL)
      return .hangUp
    }
  }

  var url: String { "http://127.0.0.1:\(server.port)/hook" }
  /// The account and the record key of each record.
  var records: Set<String> { shared.value.withLock { $0.records } }
  var problems: [String] { shared.value.withLock { $0.problems } }

  /// Kills a process once it has delivered this many events.
  func arm(_ victim: pid_t, afterEvents count: Int) {
    shared.value.withLock { state in
      state.victim = victim
      state.remaining = count
    }
  }

  func disarm() {
    shared.value.withLock { $0.victim = nil }
  }

  func stop() async {
    await server.stop()
  }
}

extension KillHook.State {
  /// Applies an event, and returns the process to kill.
  fileprivate mutating func take(_ body: [UInt8]) -> pid_t? {
    guard let event = try? DataValue(json: body) else {
      problems.append("an event is not JSON")
      return nil
    }
    if let record = event["record"], let did = record["did"]?.string,
      let recordKey = record["rkey"]?.string
    {
      if record["action"] == "delete" {
        records.remove("\(did) \(recordKey)")
      } else {
        records.insert("\(did) \(recordKey)")
      }
    }
    remaining -= 1
    guard remaining <= 0, let victim else { return nil }
    self.victim = nil
    return victim
  }
}
