import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import DevLexgenAPI
import Foundation
import LexiconIndex
import RelayTestSupport
import SQLiteStorage
import TestSupport
import Testing
import VerifiedSync
import XRPC
import XRPCAsyncHTTPClient
import XRPCClient

@testable import AppView

/// Kills `atproto appview serve` while it fetches repositories and follows the firehose: after
/// that, its index is the one that would be built from the repositories.
///
/// `APPVIEW_KILL_CYCLES` is the number of kills; the default keeps the suite short.
@Suite(.serialized) struct AppViewKillTests {
  private static let cycles =
    ProcessInfo.processInfo.environment["APPVIEW_KILL_CYCLES"].flatMap(Int.init) ?? 3

  @Test func indexEqualsTheRepositoriesAfterKills() async throws {
    try await RelayFixture.run { network in
      // Each account except the first writes in only one cycle, because a later commit would reveal
      // and repair a loss.
      let accounts = (0...Self.cycles).map { _ in network.makeAccount(writes: posts(1...100)) }
      network.host.list(accounts)
      let folder = try TemporaryFolder()
      let lexicons = folder.path + "/lexicons"
      try FileManager.default.createDirectory(
        atPath: lexicons,
        withIntermediateDirectories: true
      )
      try IngestFixture.lexicon(IngestFixture.post).write(
        toFile: lexicons + "/post.json",
        atomically: true,
        encoding: .utf8
      )
      let database = folder.path + "/index.sqlite"
      func start(_ name: String) throws -> (RunningProcess, output: String) {
        let output = folder.path + "/\(name).output"
        let process = try RunningProcess(
          URL(fileURLWithPath: "/usr/bin/env"),
          [
            "APPVIEW_PORT=0", "APPVIEW_RELAY_URL=\(network.host.url)",
            "APPVIEW_PLC_URL=\(network.plc.url)", "APPVIEW_LEXICONS=\(lexicons)",
            "APPVIEW_COLLECTIONS=app.example.post", "APPVIEW_ALLOW_PRIVATE_ADDRESSES=true",
            "APPVIEW_DATA_DIRECTORY=\(folder.path)", "DATABASE_URL=sqlite://\(database)",
            ChildProcess.built("atproto").path, "appview", "serve",
          ],
          output: output
        )
        return (process, output)
      }

      var next = 1_000
      for cycle in 0..<Self.cycles {
        let connections = network.host.cursors.count
        let (process, output) = try start("\(cycle)")
        _ = try await Self.client(output)
        for round in 0..<20 {
          for account in [accounts[0], accounts[cycle + 1]] {
            Self.write(to: account, &next, network.host)
          }
          // Most of the time, it is connected; the first time, histories are still being fetched.
          if round == 10, cycle > 0 {
            _ = try await until { network.host.cursors.count > connections }
          }
          try await Task.sleep(for: .milliseconds(.random(in: 0...20)))
        }
        kill(process.identifier, SIGKILL)
        #expect(process.wait(seconds: 10) == -SIGKILL)
      }

      let (process, output) = try start("last")
      let client = try await Self.client(output)
      let last = network.host.lastSequence
      let isSettled = try await until {
        let status = try await client.query(DevLexgen.Index.GetStatus.self, .init())
        return (status.seq ?? 0) >= last && status.backfillComplete
          && status.repos.synchronized == accounts.count
      }
      #expect(isSettled)
      kill(process.identifier, SIGTERM)
      #expect(process.wait(seconds: 30) == 0)

      let storage = try AppViewStorage.sqlite(database)
      let found = try await Self.content(storage.store, accounts)
      try storage.close()
      let fresh = try await IngestFixture.run(on: network) { test async throws in
        for account in accounts {
          _ = try await until {
            try await test.repository(account)?.head?.rev == account.head.rev
          }
        }
        return try await Self.content(test.store, accounts)
      }
      #expect(found.count > 100 * accounts.count)
      #expect(Set(fresh).subtracting(found).sorted().prefix(5) == [])
      #expect(Set(found).subtracting(fresh).sorted().prefix(5) == [])
      #expect(found == fresh)
    }
  }

  /// Creates, updates, and deletes.
  private static func write(
    to account: SimulatedAccount,
    _ next: inout Int,
    _ host: SimulatedHost
  ) {
    host.emit(account.commit([SimulatedAccount.create("app.example.post", next)]))
    let path = SimulatedAccount.path("app.example.post", next)
    if next.isMultiple(of: 3) {
      host.emit(account.commit([.delete(path)]))
    } else if next.isMultiple(of: 2) {
      let record: DataValue = ["$type": "app.example.post", "n": .integer(next % 100)]
      host.emit(account.commit([.update(path, record: record.cborBytes())]))
    }
    next += 1
  }

  /// The client of a server, whose address is on the first line of its output.
  private static func client(_ output: String) async throws -> XRPCClient {
    var address: String?
    _ = try await until {
      let text = (try? String(contentsOfFile: output, encoding: .utf8)) ?? ""
      guard let end = text.firstIndex(of: "\n") else { return false }
      address = try DataValue(json: Array(text[..<end].utf8))["address"]?.string
      return address != nil
    }
    let endpoint = try #require(address.flatMap { ServiceEndpoint($0) })
    return XRPCClient(service: endpoint, transport: AsyncHTTPClientTransport.shared)
  }

  /// Records with their CIDs, and the order by a field, as lines.
  private static func content(
    _ store: any AppViewStore,
    _ accounts: [SimulatedAccount]
  ) async throws -> [String] {
    let plan = try #require(IngestFixture.plan(IngestFixture.post)[IngestFixture.post])
    let order = try plan.order("n", isDescending: false)
    return try await store.read(deadline: nil) { snapshot in
      var lines: [String] = []
      for account in accounts {
        let records = try snapshot.records.list(
          IngestFixture.post,
          of: account.did,
          after: nil,
          isReversed: true,
          limit: 100_000
        )
        lines += records.elements.map { "\($0.uri) \($0.cid.string) \($0.isValid)" }
        var query = RecordQuery(collection: IngestFixture.post, limit: 100_000)
        query.repos = [account.did]
        query.order = order
        lines += try snapshot.records.query(query).elements.map { "ordered \($0.uri)" }
      }
      return lines
    }
  }
}
