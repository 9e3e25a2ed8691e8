import ATProtoData
import ATProtoHTTP
import ATProtoRepo
import ATProtoSyntax
import ComAtprotoAPI
import HTTPTypes
import RelayTestSupport
import ServiceKit
import Testing
import XRPC

@testable import Relay

/// The methods of a relay as clients call them.
@Suite struct EndpointTests {
  @Test(arguments: ["/", "/_health", "/xrpc/_health", "/xrpc/com.example.unknown", "/nowhere"])
  func everyResponseNamesTheRelayInItsServerField(_ path: String) async throws {
    try await TestRelay.run { relay in
      let answer = try await relay.send(.get, path)
      #expect(answer.head.headerFields[.server]?.contains("atproto-relay") == true)
      let isOpen = path != "/nowhere"
      #expect((answer.head.headerFields[.accessControlAllowOrigin] == "*") == isOpen)
    }
  }

  @Test func healthHasTheStatusThatMonitorsLookFor() async throws {
    try await TestRelay.run { relay in
      for path in ["/_health", "/xrpc/_health"] {
        let answer = try await relay.send(.get, path)
        #expect(answer.head.status == .ok)
        #expect(answer.json == ["status": "ok", "version": .string(ServiceVersion.current)])
      }
      #expect(try await relay.send(.get, "/").text.contains("com.atproto.sync.subscribeRepos"))
      #expect(try await relay.send(.post, "/", "").head.status == .methodNotAllowed)
      let head = try await relay.send(.head, "/")
      #expect(head.head.status == .ok && head.body.isEmpty)
    }
  }

  @Test(
    arguments: [
      (HTTPRequest.Method.get, "", [:], 426), (.post, "", [:], 405),
      (.get, "?cursor=x", ["Upgrade": "websocket"], 400),
      (.get, "?cursor=1.5", ["Upgrade": "websocket"], 400),
    ] as [(HTTPRequest.Method, String, [String: String], Int)]
  )
  func streamIsRefusedOverPlainHTTP(
    _ method: HTTPRequest.Method,
    _ query: String,
    _ fields: [String: String],
    _ status: Int
  ) async throws {
    try await TestRelay.run { relay in
      var header = HTTPFields()
      for (name, value) in fields {
        header[HTTPField.Name(name)!] = value
        header[.connection] = "Upgrade"
        header[HTTPField.Name("Sec-WebSocket-Version")!] = "13"
        header[HTTPField.Name("Sec-WebSocket-Key")!] = "dGhlIHNhbXBsZSBub25jZQ=="
      }
      let answer = try await relay.send(
        method,
        "/xrpc/com.atproto.sync.subscribeRepos" + query,
        method == .post ? "" : nil,
        header
      )
      #expect(answer.head.status.code == status)
    }
  }

  // MARK: Crawl requests

  @Test(arguments: [
    ("127.0.0.1", "BadRequest"), ("pds", "BadRequest"), ("localhost", "BadRequest"),
    ("pds.example.com:8080", "BadRequest"), ("ftp://pds.example.com", "BadRequest"),
    ("", "BadRequest"), ("http://pds.example.com", "BadRequest"), ("[::1]", "BadRequest"),
    ("localhost:2583", "BadRequest"),
  ])
  func hostnameThatNoPublicHostHasIsRefused(_ hostname: String, _ error: String) async throws {
    var configuration = TestRelay.configuration()
    configuration.allowsInsecureHosts = false
    try await TestRelay.run(configuration) { relay in
      let answer = try await Self.crawl(hostname, relay)
      #expect(answer.head.status == .badRequest)
      #expect(answer.json["error"] == .string(error))
    }
  }

  @Test func hostThatDoesNotAnswerIsNotFound() async throws {
    try await RelayFixture.run { network in
      network.host.behavior.replies["/xrpc/com.atproto.server.describeServer"] =
        .json(#"{"error":"NotFound"}"#, status: 404)
      try await TestRelay.run(TestRelay.configuration(network.plc)) { relay in
        let answer = try await Self.crawl(network.host.name, relay)
        #expect(answer.head.status == .badRequest)
        #expect(answer.json["error"] == "HostNotFound")
        let found = try await relay.send(
          .get,
          "/xrpc/com.atproto.sync.getHostStatus?hostname=\(network.host.name)"
        )
        #expect(found.head.status == .notFound && found.json["error"] == "HostNotFound")
      }
    }
  }

  @Test func relayIsBannedAsAHost() async throws {
    try await RelayFixture.run { network in
      network.host.behavior.server = "indigo-relay (atproto-relay)"
      try await TestRelay.run(TestRelay.configuration(network.plc)) { relay in
        let answer = try await Self.crawl(network.host.name, relay)
        #expect(answer.head.status == .badRequest)
        #expect(answer.json["error"] == "HostBanned")
      }
    }
  }

  // MARK: Accounts

  @Test func unknownAccountIsNotFound() async throws {
    try await TestRelay.run { relay in
      let did = SimulatedAccount.randomDID().string
      for method in ["getRepoStatus", "getLatestCommit", "getRepo"] {
        let answer = try await relay.send(.get, "/xrpc/com.atproto.sync.\(method)?did=\(did)")
        #expect(answer.head.status == .notFound, "\(method)")
        #expect(answer.json["error"] == "RepoNotFound", "\(method)")
        let malformed = try await relay.send(.get, "/xrpc/com.atproto.sync.\(method)?did=x")
        #expect(malformed.head.status == .badRequest, "\(method)")
      }
    }
  }

  /// Status and error of `getLatestCommit` by the status that the host reports.
  @Test(arguments: [
    ("suspended", "RepoSuspended"), ("deactivated", "RepoDeactivated"),
    ("deleted", "RepoDeleted"), ("takendown", "RepoTakendown"), ("resting", "RepoInactive"),
  ])
  func inactiveAccountIsRefusedByItsStatus(_ status: String, _ error: String) async throws {
    try await Self.withAccount { network, account, relay in
      account.status = .inactive(status)
      network.host.emit(account.account)
      _ = try await relay.events(after: 3, count: 1)
      let did = account.did.string
      let found = try await relay.send(.get, "/xrpc/com.atproto.sync.getRepoStatus?did=\(did)")
      #expect(found.json == ["did": .string(did), "active": false, "status": .string(status)])
      for method in ["getLatestCommit", "getRepo"] {
        let answer = try await relay.send(.get, "/xrpc/com.atproto.sync.\(method)?did=\(did)")
        #expect(answer.head.status == .forbidden && answer.json["error"] == .string(error))
      }
      #expect(try await relay.client.comAtproto.sync.listRepos().repos.isEmpty)
    }
  }

  @Test func activeAccountIsListedAndItsRepositoryIsAtThePDS() async throws {
    try await Self.withAccount { network, account, relay in
      let sync = relay.client.comAtproto.sync
      let latest = try await sync.getLatestCommit(.init(did: FormatString(account.did)))
      #expect(latest.rev.string == account.head.rev.string)
      let repos = try await sync.listRepos().repos
      #expect(repos.map(\.head.string) == [latest.cid.string])
      #expect(repos.first?.active == true && repos.first?.status == nil)
      let did = account.did.string
      let path = "/xrpc/com.atproto.sync.getRepo?did=\(did)&since=\(latest.rev.string)"
      let redirect = try await relay.send(.get, path)
      #expect(redirect.head.status == .found)
      #expect(redirect.head.headerFields[.location] == "http://\(network.host.name)\(path)")
    }
  }

  @Test func cursorsAreReturnedOnlyIfThereIsMore() async throws {
    try await RelayFixture.run { network in
      let accounts = (0..<3).map { _ in network.makeAccount() }
      try await TestRelay.run(TestRelay.configuration(network.plc)) { relay in
        try await relay.connect(network.host)
        for account in accounts { network.host.announce(account) }
        _ = try await relay.events(after: 0, count: 9)
        let sync = relay.client.comAtproto.sync
        let first = try await sync.listRepos(.init(limit: 2))
        #expect(first.repos.count == 2)
        let second = try await sync.listRepos(.init(limit: 2, cursor: first.cursor))
        #expect(second.repos.count == 1 && second.cursor == nil)
        let all = Set((first.repos + second.repos).map(\.did.string))
        #expect(all == Set(accounts.map(\.did.string)))
        #expect(try await sync.listRepos(.init(limit: 3)).cursor == nil)
        #expect(try await sync.listHosts().cursor == nil)
        for method in ["listRepos", "listHosts"] {
          let answer = try await relay.send(.get, "/xrpc/com.atproto.sync.\(method)?cursor=x")
          #expect(answer.head.status == .badRequest && answer.json["error"] == "InvalidRequest")
        }
      }
    }
  }

  /// rsky PR 137: hosts were always `active`, with 0 accounts.
  @Test func listedHostHasItsSequenceStatusAndAccounts() async throws {
    try await Self.withAccount { network, _, relay in
      #expect(
        try await until {
          let host = try await relay.client.comAtproto.sync.listHosts().hosts.first
          return host?.seq == 3
        }
      )
      let hosts = try await relay.client.comAtproto.sync.listHosts().hosts
      #expect(hosts.map(\.hostname) == [network.host.name])
      #expect(hosts.first?.accountCount == 1 && hosts.first?.status == .active)
    }
  }

  @Test func repositoriesAreListedByCollection() async throws {
    try await Self.withAccount { network, account, relay in
      network.host.emit(account.commit())
      _ = try await relay.events(after: 3, count: 1)
      let answer = try await relay.send(
        .get,
        "/xrpc/com.atproto.sync.listReposByCollection?collection=com.example.nothing"
      )
      #expect(answer.json == ["repos": []])
      let bad = try await relay.send(
        .get,
        "/xrpc/com.atproto.sync.listReposByCollection?collection=com.example.a&cursor=!"
      )
      #expect(bad.head.status == .badRequest)
    }
  }

  @Test func repositoryMethodsOfHostsAreNotImplemented() async throws {
    try await TestRelay.run { relay in
      let did = SimulatedAccount.randomDID().string
      let answer = try await relay.send(
        .get,
        "/xrpc/com.atproto.sync.getRecord?did=\(did)&collection=com.example.a&rkey=b"
      )
      #expect(answer.head.status == .notImplemented)
    }
  }

  // MARK: Helpers

  private static func crawl(
    _ hostname: String,
    _ relay: TestRelay
  ) async throws -> HTTPTransportResponse {
    try await relay.send(
      .post,
      "/xrpc/com.atproto.sync.requestCrawl",
      DataValue.object(["hostname": .string(hostname)]).jsonString(),
      [.contentType: "application/json"]
    )
  }

  /// A relay that has received the first three events of an account.
  private static func withAccount(
    _ body: (RelayFixture, SimulatedAccount, TestRelay) async throws -> Void
  ) async throws {
    try await RelayFixture.run { network in
      let account = network.makeAccount()
      try await TestRelay.run(TestRelay.configuration(network.plc)) { relay in
        try await relay.connect(network.host)
        network.host.announce(account)
        _ = try await relay.events(after: 0, count: 3)
        try await body(network, account, relay)
      }
    }
  }
}
