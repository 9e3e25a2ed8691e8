import ATProtoData
import ATProtoHTTP
import ArgumentParser
import Foundation
import HTTPTypes
import XRPCAsyncHTTPClient

/// A relay in a child process, with hosts in another one and consumers in this one.
struct RelayCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "relay",
    abstract: "Put load on a relay: verified commits, latency, memory, and replay.",
    discussion: """
      Without a flag, commits are sent at any rate and then at half of the rate that was reached. \
      Commits are signed before; --folder keeps them for the next run.
      """
  )

  @Flag(help: "Hold 2,000 commits per second from 3,000 hosts.")
  var peak = false

  @Flag(help: "Measure the memory of known accounts.")
  var memory = false

  @Flag(help: "Measure the replay of a log, whole and filtered by Jetstream.")
  var replay = false

  @Flag(help: "Measure each step of a commit in this process.")
  var profile = false

  @Option(help: "Number of hosts (default: 50; 3,000 with --peak).")
  var hosts: Int?

  @Option(help: "Number of accounts (default: 100,000; 1,000,000 with --memory).")
  var accounts: Int?

  @Option(help: "Number of consumers (default: 20; 1 with --peak).")
  var consumers: Int?

  @Option(help: "Number of commits of each account; the first ones need a lookup each.")
  var rounds: Int?

  @Option(help: "Commits per second with --peak, or instead of half of the rate.")
  var rate: Double?

  @Option(help: "Duration of --peak in seconds.")
  var seconds = 600.0

  @Option(help: "Number of events in the log with --replay.")
  var events = 2_000_000

  @Option(help: "Directory for the data (default: a temporary directory).")
  var folder: String?

  func run() async throws {
    DescriptorLimit.raise(to: 10_000)
    let path =
      folder
      ?? FileManager.default.temporaryDirectory
      .appending(path: "relay-benchmark-\(getpid())").path
    defer { if folder == nil { try? FileManager.default.removeItem(atPath: path) } }
    if profile {
      try await RelayProfile(folder: path).run()
    } else if memory {
      try await holdAccounts(path)
    } else if replay {
      try await replayLog(path)
    } else {
      try await follow(path)
    }
  }

  // MARK: Commits

  private func follow(_ path: String) async throws {
    let rate = rate ?? 2000
    let accounts = accounts ?? 100_000
    let sample = RelaySample(
      folder: path + "/sample",
      hosts: hosts ?? (peak ? 3000 : 50),
      accounts: accounts,
      rounds: rounds ?? (peak ? 1 + Int((rate * seconds / Double(accounts)).rounded(.up)) : 4)
    )
    guard sample.rounds >= (peak ? 2 : 3) else { throw ValidationError("too few rounds") }
    try prepare(sample)
    let load = try await RelayLoad(
      sample,
      folder: path + "/relay-\(getpid())",
      consumers: consumers ?? (peak ? 1 : 20)
    )
    print(try await load.run("first commits, with a lookup each", rounds: 1, rate: 0))
    print(String(format: "peak memory of the relay until then: %.0f MB", load.relay.peakMemory))
    load.relay.resetPeakMemory()
    if peak {
      print(
        try await load.run(
          String(format: "%d hosts at %.0f/s", sample.hosts, rate),
          rounds: sample.rounds,
          rate: rate
        )
      )
    } else {
      let saturated = try await load.run("saturated", rounds: sample.rounds - 1, rate: 0)
      print(saturated)
      let half = self.rate ?? saturated.rate / 2
      print(
        try await load.run(
          String(format: "at %.0f/s", half),
          rounds: sample.rounds,
          rate: half
        )
      )
    }
    print(String(format: "peak memory of the relay since then: %.0f MB", load.relay.peakMemory))
  }

  private func prepare(_ sample: RelaySample) throws {
    let mark = "\(sample.hosts) \(sample.accounts) \(sample.rounds)"
    let note = URL(filePath: sample.folder + "/sample.txt")
    if (try? String(contentsOf: note, encoding: .utf8)) == mark { return }
    let start = ContinuousClock.now
    try sample.generate(recordBytes: peak ? 300...1200 : 300...4000)
    try Data(mark.utf8).write(to: note)
    print(
      String(
        format: "setup: %d accounts, %d commits signed in %.0f s",
        sample.accounts,
        sample.accounts * sample.rounds,
        (ContinuousClock.now - start) / .seconds(1)
      )
    )
  }

  // MARK: Memory

  private func holdAccounts(_ path: String) async throws {
    let count = accounts ?? 1_000_000
    let hosts = try ServingProcess(["relay-hosts", path, "1", "\(count)", "1", "--touch"])
    let control = HostsControl(port: hosts.port)
    let port = try await control.ports()[0]
    let relay = try ServingProcess([
      "serve-relay", path + "/relay-\(getpid())", "--plc", "\(hosts.port)", "--accounts",
      "\(count)", "--host", "\(port)",
    ])
    try await control.waitForConnections(1)
    let before = relay.residentMemory
    let consumer = try RelayConsumers(relay.port, count: 1)
    let start = ContinuousClock.now
    try await control.release(rounds: 1, rate: 0)
    try await consumer.wait(for: count)
    let after = relay.residentMemory
    print(
      String(
        format: "%d accounts, touched in %.0f s: %.0f MB resident, %.0f MB before; %.0f B each",
        count,
        (ContinuousClock.now - start) / .seconds(1),
        after,
        before,
        (after - before) * 1e6 / Double(count)
      )
    )
  }

  // MARK: Replay

  private func replayLog(_ path: String) async throws {
    let relay = try ServingProcess([
      "serve-relay", path + "/relay-\(getpid())", "--events", "\(events)",
    ])
    try await measure(relay, "replay", "/xrpc/com.atproto.sync.subscribeRepos?cursor=0", events)
    try await measure(
      relay,
      "Jetstream, one collection of an event in \(RelayFill.filteredPart)",
      "/subscribe?wantedCollections=\(RelayFill.filtered)&cursor=1",
      (events + RelayFill.filteredPart - 1) / RelayFill.filteredPart
    )
    try await measure(relay, "Jetstream, everything", "/subscribe?cursor=1", events)
  }

  private func measure(
    _ relay: ServingProcess,
    _ name: String,
    _ target: String,
    _ expected: Int
  ) async throws {
    let used = relay.usedTime
    let start = ContinuousClock.now
    let consumer = try RelayConsumers(relay.port, count: 1, target)
    try await consumer.wait(for: expected)
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    print(
      String(
        format: "%@: %.0f events/s of the log, %d delivered; %.2f µs of CPU of the relay each",
        name,
        Double(events) / seconds,
        expected,
        (relay.usedTime - used) / Double(events) * 1e6
      )
    )
  }
}
