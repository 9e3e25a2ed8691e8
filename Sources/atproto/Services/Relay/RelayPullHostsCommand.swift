import ATProtoData
import ATProtoHTTP
import ATProtoRepo
import ArgumentParser
import ComAtprotoAPI
import Foundation
import Relay
import SQLiteStorage
import ServiceKit
import XRPCAsyncHTTPClient
import XRPCClient

struct RelayPullHostsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pull-hosts",
    abstract: "Copy the hosts of another relay into the database of a stopped relay.",
    discussion: """
      Adds public hosts that are active or idle there, if they respond as a PDS does. With --json, \
      one line per host: {"host", "result"}, which is `added`, `exists`, or the reason why the \
      host was left out. Settings of `atproto relay serve`, such as --db-url, are read from \
      the environment or given as options.
      """
  )

  @Option(
    help: ArgumentHelp(
      "The relay to read; default: $RELAY_HOST, or https://bsky.network.",
      valueName: "url"
    ),
    transform: Self.url
  )
  var relayHost: HTTPURL?

  @Option(
    help: ArgumentHelp(
      "The number of hosts to request at a time; default: $RELAY_PULL_HOSTS_BATCH_SIZE, or 500.",
      valueName: "count"
    )
  )
  var batchSize: Int?

  @Flag(help: "Add hosts without checking them; default: $RELAY_SKIP_HOST_CHECKS.")
  var skipHostChecks = false

  @OptionGroup var output: OutputOptions

  @Argument(parsing: .allUnrecognized, help: .hidden)
  var settings: [String] = []

  private static func url(_ text: String) throws -> HTTPURL {
    guard let url = HTTPURL(text), url.target == "/" else {
      throw ValidationError("'\(text)' is not a valid base URL of a relay")
    }
    return url
  }

  /// The environment variables of this command, which may be in the same file as the settings.
  static let variables: Set = [
    "RELAY_HOST", "RELAY_PULL_HOSTS_BATCH_SIZE", "RELAY_SKIP_HOST_CHECKS",
  ]

  private static func variable(_ name: String) -> String? {
    ProcessInfo.processInfo.environment[name].flatMap { $0.isEmpty ? nil : $0 }
  }

  func run() async throws {
    let configuration =
      try GivenSettings<RelaySettings>(isDevelopment: false, settings).configuration
    let relay = try relayHost ?? Self.url(Self.variable("RELAY_HOST") ?? "https://bsky.network")
    let size =
      batchSize ?? Self.variable("RELAY_PULL_HOSTS_BATCH_SIZE").map { Int($0) ?? 0 } ?? 500
    guard (1...1000).contains(size) else {
      throw ValidationError("the batch size must be from 1 to 1000")
    }
    let skips =
      try skipHostChecks
      || Self.variable("RELAY_SKIP_HOST_CHECKS").map { try SettingValue.flag($0) } ?? false
    let storage = try RelayStorage.sqlite(configuration)
    try await OpenData.use(closing: storage.close) {
      let hosts = PulledHosts(configuration, storage, checksHosts: !skips)
      try await pull(from: relay, size, hosts)
    }
  }

  private func pull(from relay: HTTPURL, _ size: Int, _ hosts: PulledHosts) async throws {
    // The operator chose the relay, which may be in a private network.
    let client = XRPCClient(
      service: ServiceEndpoint(relay),
      transport: AsyncHTTPClientTransport.shared
    )
    let pages = client.pages(
      ComAtproto.Sync.ListHosts.self,
      ComAtproto.Sync.ListHosts.Parameters(limit: size),
      from: \.cursor,
      to: \.cursor
    )
    var waiting: [ComAtproto.Sync.ListHosts.Host] = []
    for try await host in pages.items(\.hosts) {
      waiting.append(host)
      guard waiting.count == Self.atOnce else { continue }
      try await add(waiting, hosts)
      waiting = []
    }
    try await add(waiting, hosts)
  }

  /// Hosts that do not answer take five seconds each, so several are called at once.
  private static let atOnce = 16

  private func add(
    _ found: [ComAtproto.Sync.ListHosts.Host],
    _ hosts: PulledHosts
  ) async throws {
    let results = try await withThrowingTaskGroup(of: (Int, String).self) { group in
      for (index, host) in found.enumerated() {
        group.addTask {
          (index, try await hosts.add(host.hostname, status: host.status?.rawValue))
        }
      }
      return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
    }
    for (index, host) in found.enumerated() {
      let result = results[index] ?? ""
      output.print(
        ["host": .string(host.hostname), "result": .string(result)],
        orText: "\(host.hostname)  \(result)"
      )
    }
  }
}
