import ATProtoData
import ATProtoHTTP
import ATProtoSyntax
import ComAtprotoAPI
import Foundation
import HTTPTypes
import RelayTestSupport
import TestSupport
import Testing
import XRPCAsyncHTTPClient
import XRPCClient

/// `atproto relay serve` and the commands for operators, as processes.
@Suite(.serialized) struct RelayServeCommandTests {
  private static func run(
    _ arguments: [String],
    environment: [String] = []
  ) async throws -> ChildProcess {
    try await ChildProcess.run(
      URL(filePath: "/usr/bin/env"),
      environment + [try ChildProcess.built("atproto").path, "relay"] + arguments
    )
  }

  @Test func developmentRelayNeedsNoSettings() async throws {
    let folder = try TemporaryFolder()
    let relay = try await ServiceProcess(relay: folder.path, ["--dev"])
    #expect(relay.line["adminPassword"]?.isEmpty == false)
    #expect(relay.address.hasPrefix("http://127.0.0.1:"))
    #expect(relay.end(SIGTERM) == 0)
    #expect(try folder.names() == ["first-line", "log"], "nothing is stored")
  }

  /// `RELAY_LOG_LEVEL` and `ENVIRONMENT`, which the process alone shows.
  @Test func logHasTheLevelAndNamesTheEnvironment() async throws {
    let folder = try TemporaryFolder()
    for (level, isLogged) in [("info", true), ("error", false)] {
      let relay = try await ServiceProcess(
        relay: folder.path,
        ["--dev", "--env", "staging"],
        environment: ["RELAY_LOG_LEVEL=\(level)"]
      )
      let url = try #require(HTTPURL(relay.address)?.at("/_health"))
      _ = try await AsyncHTTPClientTransport.shared.send(
        url.request(),
        body: nil,
        options: TransportOptions()
      )
      #expect(relay.end(SIGTERM) == 0)
      #expect(relay.log.contains("environment=staging") == isLogged, "\(relay.log)")
    }
  }

  @Test func publicRelayStoresItsDataAndWarnsAboutMissingSettings() async throws {
    let folder = try TemporaryFolder()
    let relay = try await ServiceProcess(
      relay: folder.path,
      [
        "--db-url", "sqlite://\(folder.path)/relay.sqlite", "--persist-dir",
        "\(folder.path)/persist", "--metrics-listen", "127.0.0.1:0",
      ],
      environment: ["RELAY_UNKNOWN=1"]
    )
    #expect(relay.line["adminPassword"] == nil)
    #expect(relay.end(SIGTERM) == 0)
    #expect(try folder.names().contains("relay.sqlite"))
    #expect(relay.log.contains("RELAY_ADMIN_PASSWORD is not set"))
    #expect(relay.log.contains("RELAY_UNKNOWN"))
  }

  @Test(arguments: [
    (["--db-url", "postgres://a/b"], "PostgreSQL is not supported yet; use sqlite://PATH"),
    (["--replay-window", "72"], "expected a duration"), (["--bind", "x"], "expected an address"),
    (["--dev", "--persist-dir", "p"], "DATABASE_URL"), (["--nonsense"], "unknown option"),
  ])
  func invalidSettingsAreRefused(_ arguments: [String], _ reason: String) async throws {
    let child = try await Self.run(["serve"] + arguments)
    #expect(child.status == 64 && child.output.isEmpty)
    #expect(String(decoding: child.error, as: UTF8.self).contains(reason))
  }

  @Test func commandsAdministerARunningRelay() async throws {
    let folder = try TemporaryFolder()
    try await RelayFixture.run { network in
      let relay = try await ServiceProcess(
        relay: folder.path,
        ["--dev", "--plc-host", "\(network.plc.url.origin)"]
      )
      defer { relay.end(SIGKILL) }
      let password = try #require(relay.line["adminPassword"])
      let host = network.host.name
      func command(_ words: String...) async throws -> [DataValue] {
        let child = try await Self.run(
          words + ["--relay", relay.address, "--json"],
          environment: ["RELAY_ADMIN_PASSWORD=\(password)"]
        )
        #expect(child.status == 0, "\(words): \(String(decoding: child.error, as: UTF8.self))")
        return try child.lines.map { try DataValue(json: Array($0.utf8)) }
      }
      #expect(try await command("host", "crawl", host) == [["host": .string(host)]])
      #expect(try await until { network.host.connectionCount == 1 })
      let account = network.makeAccount()
      let did = account.did.string
      network.host.announce(account)
      #expect(
        try await until { try await command("account", "list").first?["did"] == .string(did) }
      )
      let stream = "/xrpc/com.atproto.sync.subscribeRepos"
      let request = try #require(HTTPURL(relay.address)?.at(stream + "?cursor=0"))
        .request(.get, [.userAgent: "test consumer"])
      let opening = try await AsyncHTTPClientTransport.shared.openWebSocket(
        request,
        options: TransportOptions()
      )
      guard case .opened(let frames, _) = opening else {
        Issue.record("the WebSocket is refused: \(opening)")
        return
      }
      let consumer = FirehoseConsumer(frames)
      #expect(try await consumer.sequences(3) == [1, 2, 3])
      let isCounted = try await until {
        try await command("consumer", "list").first?["events_consumed"] == 3
      }
      #expect(isCounted)
      let consumers = try await command("consumer", "list")
      #expect(consumers.map { $0["user_agent"] } == ["test consumer"])
      #expect(consumers.first?["path"] == .string(stream))
      #expect(consumers.first?["remote_addr"] == "127.0.0.1")
      #expect(try await command("host", "list").first?["Host"] == .string(host))
      #expect(try await command("host", "status", host).first?["status"] == "active")
      #expect(try await command("host", "set-limit", host, "7").first?["limit"] == 7)
      #expect(try await command("host", "list").first?["RepoLimit"] == 7)
      #expect(try await command("account", "status", did).first?["active"] == true)
      #expect(try await command("account", "takedown", did) == [["takenDown": .string(did)]])
      #expect(try await command("account", "takedowns") == [["did": .string(did)]])
      #expect(try await command("account", "status", did).first?["status"] == "takendown")
      #expect(try await command("account", "untakedown", did) == [["restored": .string(did)]])
      #expect(try await command("domain", "ban", "example.com") == [["banned": "example.com"]])
      #expect(try await command("domain", "list") == [["domain": "example.com"]])
      #expect(try await command("domain", "unban", "example.com") == [["unbanned": "example.com"]])
      #expect(try await consumer.sequences(1) == [4])
      #expect(try await command("host", "block", host) == [["blocked": .string(host)]])
      #expect(try await command("host", "unblock", host) == [["unblocked": .string(host)]])
      #expect(relay.end(SIGTERM) == 0)
    }
  }

  @Test func wrongPasswordAndMissingPasswordAreReported() async throws {
    let folder = try TemporaryFolder()
    let relay = try await ServiceProcess(relay: folder.path, ["--dev"])
    defer { relay.end(SIGKILL) }
    let wrong = try await Self.run(
      ["host", "list", "--relay", relay.address],
      environment: ["RELAY_ADMIN_PASSWORD=wrong"]
    )
    #expect(wrong.status == 1)
    let missing = try await Self.run(
      ["host", "list", "--relay", relay.address],
      environment: ["-u", "RELAY_ADMIN_PASSWORD"]
    )
    #expect(missing.status == 64)
    let plain = try await Self.run(["host", "list", "--relay", "http://relay.example.com"])
    #expect(plain.status == 64)
    #expect(String(decoding: plain.error, as: UTF8.self).contains("must use https"))
  }

  /// The hosts of one relay become those of another, which is not running.
  @Test func hostsOfAnotherRelayAreCopied() async throws {
    let folder = try TemporaryFolder()
    try await RelayFixture.run { network in
      let relay = try await ServiceProcess(
        relay: folder.path,
        ["--dev", "--plc-host", "\(network.plc.url.origin)"]
      )
      defer { relay.end(SIGKILL) }
      let service = try #require(ServiceEndpoint(relay.address))
      let client = XRPCClient(service: service, transport: AsyncHTTPClientTransport.shared)
      try await client.comAtproto.sync.requestCrawl(.init(hostname: network.host.name))
      #expect(try await until { network.host.connectionCount == 1 })
      network.host.announce(network.makeAccount())
      #expect(try await until { try await client.comAtproto.sync.listHosts().hosts.count == 1 })
      let pull = [
        "pull-hosts", "--relay-host", relay.address, "--json", "--db-url",
        "sqlite://\(folder.path)/other.sqlite", "--persist-dir", "\(folder.path)/persist",
        "--allow-insecure-hosts", "true",
      ]
      for result in ["added", "exists"] {
        let child = try await Self.run(pull)
        #expect(child.status == 0, "\(String(decoding: child.error, as: UTF8.self))")
        let lines = try child.lines.map { try DataValue(json: Array($0.utf8)) }
        #expect(lines == [["host": .string(network.host.name), "result": .string(result)]])
      }
    }
  }
}

extension ServiceProcess {
  /// `atproto relay serve` on any free port.
  fileprivate convenience init(
    relay folder: String,
    _ arguments: [String],
    environment: [String] = []
  ) async throws {
    try await self.init(
      ["relay", "serve"] + arguments,
      in: folder,
      environment: environment,
      port: { ["--bind", "127.0.0.1:\($0)"] }
    )
  }
}
