import ATProtoSyntax
import AppView
import ArgumentParser
import Foundation
import LexiconIndex
import SQLiteStorage

/// The index of an app view in this process, without the network: what verification and HTTP cost is
/// measured by `repo` and `xrpc`.
struct AppViewCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "appview",
    abstract: "Put load on the index of an app view: indexing, and queries among many records."
  )

  @Option(
    parsing: .upToNextOption,
    help: "Numbers of records with which queries are measured, in ascending order."
  )
  var records = [100_000, 1_000_000, 3_000_000]

  @Option(help: "Number of requests for each of the queries.")
  var queries = 20_000

  @Option(help: "Number of clients that query at once.")
  var clients = 32

  @Option(help: "Number of accounts (default: one for every 200 records).")
  var accounts: Int?

  @Option(help: "Folder with the lexicons of app.bsky.")
  var lexicons = "Lexicons"

  @Option(help: "Directory for the data (default: a temporary directory).")
  var folder: String?

  func run() async throws {
    let folder =
      folder
      ?? FileManager.default.temporaryDirectory
      .appending(path: "appview-benchmark-\(getpid())").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try await index(folder + "/index")
    try await backfill(folder + "/backfill")
    try await grow(folder + "/queries")
  }

  private func sample(_ count: Int) throws -> IndexSample {
    try IndexSample(lexicons: lexicons, accounts: accounts ?? max(count / 200, 100))
  }

  private static func seconds(since start: ContinuousClock.Instant) -> Double {
    (ContinuousClock.now - start) / .seconds(1)
  }

  // MARK: Indexing

  private func index(_ folder: String) async throws {
    let sample = try sample(1_000_000)
    let store = try SQLiteAppViewStore(path: folder + "/index.sqlite")
    try await sample.prepare(store)
    let count = 100_000
    let records = (0..<count).map { sample.record($0) }
    let (start, cpu) = (ContinuousClock.now, CPUClock.now)
    try await sample.fill(store, records, batch: 256)
    print(
      String(
        format: "indexing without verification: %.0f records/s, %.0f for each second of the CPU",
        Double(count) / Self.seconds(since: start),
        Double(count) / (CPUClock.now - cpu)
      )
    )
    try store.close()
  }

  private func backfill(_ folder: String) async throws {
    let sample = try sample(1_000_000)
    let store = try SQLiteAppViewStore(path: folder + "/index.sqlite")
    try await sample.prepare(store)
    let records = (0..<100_000).map { sample.record($0, of: sample.did(0)) }
    let (start, cpu) = (ContinuousClock.now, CPUClock.now)
    try await sample.fill(store, records, batch: 1_000)
    print(
      String(
        format: "indexing a repository of 100,000 records: %.2f s, %.2f s of the CPU",
        Self.seconds(since: start),
        CPUClock.now - cpu
      )
    )
    try store.close()
  }

  // MARK: Queries

  private func grow(_ folder: String) async throws {
    let path = folder + "/index.sqlite"
    let sample = try sample(records.max() ?? 0)
    let store = try SQLiteAppViewStore(path: path)
    try await sample.prepare(store)
    var filled = 0
    for count in records where count >= filled {
      let start = ContinuousClock.now
      for first in stride(from: filled, to: count, by: 20_000) {
        try await sample.fill(store, first..<min(first + 20_000, count), batch: 1_000)
      }
      let rate = Double(count - filled) / max(Self.seconds(since: start), 0.001)
      filled = count
      let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
      print(
        String(
          format: "%d records: filled with %.0f records/s, %.0f MB, %.0f bytes per record",
          count,
          rate,
          Double(size) / 1e6,
          Double(size) / Double(max(count, 1))
        )
      )
      for query in try IndexRequest.all(sample, count) {
        let times = try await measure(store, query)
        print(
          "  " + query.name.padding(toLength: 28, withPad: " ", startingAt: 0)
            + String(
              format: "p50 %7.2f ms  p99 %7.2f ms  %8.0f/s",
              times.p50,
              times.p99,
              times.rate
            )
        )
      }
      print(String(format: "  resident memory %.0f MB", ResidentMemory.now))
    }
    try store.close()
  }

  private struct Times {
    var p50: Double
    var p99: Double
    var rate: Double
  }

  private func measure(_ store: SQLiteAppViewStore, _ query: IndexRequest) async throws -> Times {
    let (clients, each) = (clients, max(queries / max(clients, 1), 1))
    let start = ContinuousClock.now
    let times = try await withThrowingTaskGroup(of: [Double].self) { group in
      for client in 0..<clients {
        group.addTask {
          var times: [Double] = []
          for call in 0..<each {
            let start = ContinuousClock.now
            let number = client &* 15_485_863 &+ call &* 32_452_843
            try await store.read(deadline: .now + .seconds(30)) { snapshot in
              try query.run(snapshot, number & Int.max)
            }
            times.append((ContinuousClock.now - start) / .milliseconds(1))
          }
          return times
        }
      }
      return try await group.reduce(into: []) { $0 += $1 }
    }.sorted()
    return Times(
      p50: times[times.count / 2],
      p99: times[min(times.count * 99 / 100, times.count - 1)],
      rate: Double(times.count) / Self.seconds(since: start)
    )
  }
}
