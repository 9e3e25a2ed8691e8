import ATProtoCrypto
import ATProtoRepo
import ATProtoSyntax
import ArgumentParser
import Foundation
import Relay
import RelayTestSupport
import SQLiteStorage

/// The steps of a commit through a relay, one by one, in this process.
struct RelayProfile {
  let folder: String
  private static let accounts = 2000
  private static let rounds = 10

  func run() async throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    var frames: [[[UInt8]]] = []
    var known: [KnownAccount] = []
    for number in 0..<Self.accounts {
      let account = SimulatedAccount(
        pds: "http://localhost:1",
        curve: number.isMultiple(of: 50) ? .p256 : .k256
      )
      known.append(
        KnownAccount(
          did: account.did,
          signingKey: account.key.publicKey,
          head: KnownAccount.Head(rev: account.head.rev, data: account.head.data)
        )
      )
      frames.append(
        (0..<Self.rounds).map { round in
          let content = account.commit([
            .create(
              SimulatedAccount.path("app.bsky.feed.post", round),
              record: RelaySample.record("app.bsky.feed.post", 1200)
            )
          ])
          return SimulatedFrame.event(content, sequence: round + 1)
        }
      )
    }
    let all = (0..<Self.rounds).flatMap { round in frames.map { $0[round] } }
    let events = try measure("decode", all.count) {
      try all.map { try FirehoseEvent(frame: $0) }
    }
    try verify(events, known)
    try log(events)
    try await checkpoint(known)
  }

  private func measure<Value>(
    _ name: String,
    _ count: Int,
    _ body: () throws -> Value
  ) rethrows -> Value {
    let used = CPUClock.now
    let value = try body()
    print(String(format: "%@: %.1f µs", name, (CPUClock.now - used) / Double(count) * 1e6))
    return value
  }

  private func verify(_ events: [FirehoseEvent], _ known: [KnownAccount]) throws {
    let verifier = CommitVerifier()
    var known = known
    let now = SimulatedAccount.now
    try measure("verify", events.count) {
      for (index, event) in events.enumerated() {
        guard case .commit(let message) = event.content else { continue }
        let account = index % known.count
        let verified = try verifier.verify(message, for: known[account], now: now)
        known[account].head = verified.head
      }
    }
  }

  /// In batches of 50, as they form under load.
  private func log(_ events: [FirehoseEvent]) throws {
    let log = try SegmentLog(directory: folder + "/log")
    let start = SyncTime.now
    try measure("log, in batches of 50", events.count) {
      for first in stride(from: 0, to: events.count, by: 50) {
        let records = (first..<min(first + 50, events.count)).compactMap { index in
          events[index].frame.map { frame -> LogRecord in
            var bytes: [UInt8] = []
            bytes.reserveCapacity(frame.count)
            frame.write(index + 1, into: &bytes)
            return LogRecord(
              sequence: index + 1,
              microseconds: start + SyncTime(index),
              kind: .commit,
              account: AccountID(rawValue: 1),
              host: HostID(rawValue: 1),
              frame: bytes
            )
          }
        }
        try log.append(records)
      }
    }
    try log.close()
  }

  private func checkpoint(_ known: [KnownAccount]) async throws {
    var configuration = RelayConfiguration(isDevelopment: true)
    configuration.databasePath = folder + "/profile.sqlite"
    let storage = try RelayStorage.sqlite(configuration)
    let now = SyncTime.now
    let rows = known.enumerated().map { number, account in
      AccountRow(
        id: AccountID(rawValue: UInt32(number + 1)),
        did: account.did,
        host: HostID(rawValue: 1),
        rev: account.head?.rev,
        data: account.head?.data,
        commit: account.head?.data,
        identity: SyncIdentity(
          signingKey: account.signingKey,
          pds: "pds.example.com",
          checkedAt: now
        )
      )
    }
    let used = CPUClock.now
    for _ in 0..<10 { try await storage.store.write { try $0.accounts.upsert(rows) } }
    print(
      String(
        format: "checkpoint: %.1f µs for each account",
        (CPUClock.now - used) / Double(10 * rows.count) * 1e6
      )
    )
    try storage.close()
  }
}
