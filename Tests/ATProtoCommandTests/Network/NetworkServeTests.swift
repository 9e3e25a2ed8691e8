import ATProtoData
import ATProtoHTTP
import Foundation
import HTTPTypes
import TestSupport
import Testing
import XRPCAsyncHTTPClient

@testable import atproto

/// `atproto network serve --dev` as a process.
@Suite(.serialized) struct NetworkServeTests {
  private func start(_ folder: TemporaryFolder, _ options: [String] = []) async throws
    -> ServiceProcess
  {
    try await ServiceProcess(
      ["network", "serve", "--dev"] + options,
      in: folder.path,
      port: { _ in [] }
    )
  }

  /// The first line of output in full.
  private func line(_ network: ServiceProcess) throws -> DataValue {
    try DataValue(json: String(contentsOfFile: network.folder + "/first-line", encoding: .utf8))
  }

  private func load(
    _ url: String,
    _ fields: HTTPFields = [:]
  ) async throws -> (head: HTTPResponse, text: String) {
    let url = try #require(HTTPURL(url))
    let response = try await AsyncHTTPClientTransport.shared.send(
      url.request(.get, fields),
      body: nil,
      options: TransportOptions(maximumResponseBytes: 1 << 20)
    )
    return (response.head, String(decoding: response.body, as: UTF8.self))
  }

  @Test("the page shows services and accounts, and logs an account in by OAuth")
  func page() async throws {
    let folder = try TemporaryFolder()
    let network = try await start(folder)
    defer { network.end(SIGKILL) }
    let line = try line(network)
    let accounts = try #require(line["accounts"]?.array)
    #expect(
      accounts.compactMap { $0["handle"]?.string }
        == ["alice.test", "bob.test", "carol.test", "dan.test"]
    )

    let overview = try await load(network.address + "/").text
    for account in accounts {
      #expect(overview.contains(account["did"]?.string ?? "-"))
    }
    for service in ["plc", "relay", "labeler", "appview"] {
      let address = try #require(line[service]?["address"]?.string)
      #expect(overview.contains(address), "\(service)")
    }
    // Every sample query works.
    let samples = overview.matches(of: /<li><a href="([^"]+)">/).map { String($0.1) }
    #expect(samples.count >= 8)
    for sample in samples {
      let status = try await load(sample.replacing("&amp;", with: "&")).head.status
      #expect(status == .ok, "\(sample)")
    }

    let login = try await load(network.address + "/login?account=bob.test").head
    #expect(login.status == .seeOther)
    let cookie = try #require(login.headerFields[.setCookie]).prefix { $0 != ";" }
    let callback = try await PageAgent().decide(
      "Authorize",
      at: try #require(login.headerFields[.location]),
      identifier: "bob.test",
      password: NetworkSeed.password
    )
    let stranger = try await load("\(callback)").head.status
    #expect(stranger == .forbidden)
    let visit = try await load("\(callback)", [.cookie: String(cookie)])
    #expect(visit.head.status == .ok)
    #expect(visit.text.contains("bob.test") && visit.text.contains("2 followers"))
    #expect(network.end(SIGTERM) == 0)
  }

  @Test func networkKeepsAccountsAndPortsInItsDirectory() async throws {
    let folder = try TemporaryFolder()
    let data = folder.path + "/data"
    let first = try await start(folder, ["--data-directory", data])
    let before = try line(first)
    #expect(first.end(SIGINT) == 0)
    let second = try await start(folder, ["--data-directory", data])
    defer { second.end(SIGKILL) }
    let after = try line(second)
    for name in ["address", "plc", "pds", "relay", "labeler", "appview", "accounts"] {
      #expect(after[name] == before[name], "\(name)")
    }
    let appView = try #require(after["appview"]?["address"]?.string)
    let feed = try await load("\(appView)/xrpc/app.bsky.feed.getAuthorFeed?actor=alice.test")
    #expect(feed.text.contains("Hello from PDS A"))
    #expect(second.end(SIGTERM) == 0)
  }

  @Test func networkWithoutASeedIsEmpty() async throws {
    let folder = try TemporaryFolder()
    let network = try await start(folder, ["--no-seed"])
    defer { network.end(SIGKILL) }
    #expect(try line(network)["accounts"] == .array([]))
    #expect(network.end(SIGTERM) == 0)
  }

  @Test(arguments: [
    (["network", "serve"], "pass --dev"),
    (["network", "serve", "--dev", "--port-base", "65530"], "--port-base must be from 1 to 65529"),
    (["network", "serve", "--dev", "--log-level", "loud"], "is not a valid log level"),
    (["appview", "serve"], "APPVIEW_RELAY_URL is not set"),
    (["appview", "serve", "--dev", "--did", "alice.test"], "expected a DID"),
    (["appview", "backfill", "alice.test"], "is not a valid DID"),
    (
      ["appview", "backfill", "did:web:a.example", "--collection", "a.example.note"],
      "pass DIDs or --collection, but not both"
    ),
    (["appview", "reindex", "notes"], "is not a valid NSID"),
    (
      ["appview", "reindex", "a.example.note", "--appview", "http://appview.example"],
      "must use https"
    ),
  ])
  func invalidCommandLinesAreRefused(_ arguments: [String], _ reason: String) async throws {
    let child = try await ChildProcess.run(try ChildProcess.built("atproto"), arguments)
    #expect(child.status == 64 && child.output.isEmpty)
    #expect(String(decoding: child.error, as: UTF8.self).contains(reason))
  }

  @Test func reservedPortsDifferAndCanBeListenedOn() throws {
    let ports = try ReservedPorts(count: 7)
    #expect(Set(ports.numbers).count == 7)
    #expect(ports.numbers.allSatisfy { $0 > 0 })
  }

  @Test func planHasAnAddressForEachService() {
    let plan = NetworkPlan(ports: Array(3000...3006), folder: "/tmp", isPersistent: false)
    let addresses = NetworkPlan.Member.allCases.map(plan.address)
    #expect(Set(addresses).count == NetworkPlan.Member.allCases.count)
    #expect(plan.adminPassword.count >= 15)
  }
}
