import ATProtoData
import ATProtoHTTP
import ATProtoRepo
import ATProtoSyntax
import ComAtprotoAPI
import HTTPTypes
import RelayTestSupport
import SQLiteStorage
import ServiceKit
import TestSupport
import Testing
import XRPC
import XRPCAsyncHTTPClient
import XRPCClient

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

  /// The field by which relays recognize each other is in the response of an upgrade, too.
  @Test(arguments: ["/xrpc/com.atproto.sync.subscribeRepos", "/subscribe"])
  func upgradeNamesTheRelayInItsServerField(_ path: String) async throws {
    try await TestRelay.run { relay in
      let url = try #require(relay.url.at(path))
      let opening = try await AsyncHTTPClientTransport.shared.openWebSocket(
        url.request(),
        options: TransportOptions()
      )
      guard case .opened(_, let head) = opening else {
        Issue.record("the WebSocket is refused")
        return
      }
      #expect(head.headerFields[.server]?.contains("atproto-relay") == true)
    }
  }

  @Test func relayDoesNotCrawlAnotherRelay() async throws {
    try await TestRelay.run { first in
      try await TestRelay.run { second in
        let port = try #require(first.url.port)
        let answer = try await Self.crawl("localhost:\(port)", second)
        #expect(answer.head.status == .badRequest && answer.json["error"] == "HostBanned")
      }
    }
  }

  @Test func unhealthyRelayReturns503() async throws {
    let folder = try TemporaryFolder()
    var configuration = TestRelay.configuration()
    configuration.databasePath = folder.path + "/relay.sqlite"
    let storage = try RelayStorage.sqlite(configuration)
    try await TestRelay.run(configuration, storage: storage) { relay in
      #expect(try await relay.send(.get, "/_health").head.status == .ok)
      try storage.store.close()
      for path in ["/_health", "/xrpc/_health"] {
        let answer = try await relay.send(.get, path)
        #expect(answer.head.status == .serviceUnavailable)
        #expect(answer.json["status"] == "error")
      }
    }
  }

  /// One client must not take the streams of all others.
  @Test func streamsOfOneClientAreLimited() async throws {
    var configuration = TestRelay.configuration()
    configuration.trustedProxies = 1
    try await TestRelay.run(configuration) { relay in
      let url = try #require(relay.url.at("/xrpc/com.atproto.sync.subscribeRepos"))
      func open(from address: String) async throws -> WebSocketOpening {
        try await AsyncHTTPClientTransport.shared.openWebSocket(
          url.request(.get, [HTTPField.Name("X-Forwarded-For")!: address]),
          options: TransportOptions()
        )
      }
      var streams: [WebSocketOpening] = []
      for _ in 0..<RelayLimits.streamsPerClient {
        streams.append(try await open(from: "203.0.113.7"))
      }
      guard case .refused(let response) = try await open(from: "203.0.113.7") else {
        Issue.record("the stream is not refused")
        return
      }
      #expect(response.head.status == .tooManyRequests)
      guard case .opened = try await open(from: "203.0.113.8") else {
        Issue.record("the stream of another client is refused")
        return
      }
      #expect(streams.count == RelayLimits.streamsPerClient)
    }
  }

  // MARK: Crawl requests

  @Test func crawlRequestsOfOneClientAreLimited() async throws {
    var configuration = TestRelay.configuration()
    configuration.trustedProxies = 1
    try await TestRelay.run(configuration) { relay in
      func crawl() async throws -> HTTPTransportResponse {
        try await relay.send(
          .post,
          "/xrpc/com.atproto.sync.requestCrawl",
          #"{"hostname":"pds"}"#,
          [.contentType: "application/json", HTTPField.Name("X-Forwarded-For")!: "203.0.113.7"]
        )
      }
      for _ in 0..<100 { #expect(try await crawl().head.status == .badRequest) }
      let last = try await crawl()
      #expect(last.head.status == .tooManyRequests)
    }
  }

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

  /// pds #350: deleted accounts do not count toward the limit.
  @Test func deletionAdmitsAThrottledAccount() async throws {
    try await RelayFixture.run { network in
      var configuration = TestRelay.configuration(network.plc)
      configuration.defaultAccountLimit = 2
      try await TestRelay.run(configuration) { relay in
        func status(of account: SimulatedAccount) async throws -> String? {
          let path = "/xrpc/com.atproto.sync.getRepoStatus?did=\(account.did.string)"
          let status = try await relay.send(.get, path).json
          return status["active"] == true ? "active" : status["status"]?.string
        }
        try await relay.connect(network.host)
        let accounts = (0..<3).map { _ in network.makeAccount() }
        for account in accounts.prefix(2) { network.host.announce(account) }
        _ = try await relay.events(after: 0, count: 6)
        network.host.announce(accounts[2])
        #expect(try await until { try await status(of: accounts[2]) == "throttled" })
        network.host.emit(accounts[0].become(.inactive("deleted")))
        #expect(try await until { try await status(of: accounts[2]) == "active" })
        #expect(try await status(of: accounts[0]) == "deleted")
        #expect(try await status(of: accounts[1]) == "active")
      }
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

  /// Hosts that have never sent an event are left out.
  @Test func hostsAreListedInPagesInTheOrderInWhichTheyWereAdded() async throws {
    try await RelayFixture.run(hosts: 4) { network in
      try await TestRelay.run(TestRelay.configuration(network.plc)) { relay in
        for host in network.hosts { try await relay.connect(host) }
        for host in network.hosts.dropLast() { host.announce(network.makeAccount(on: host)) }
        _ = try await relay.events(after: 0, count: 9)
        let sync = relay.client.comAtproto.sync
        #expect(try await until { try await sync.listHosts().hosts.count == 3 })
        let first = try await sync.listHosts(.init(limit: 2))
        let second = try await sync.listHosts(.init(limit: 2, cursor: first.cursor))
        #expect((first.hosts + second.hosts).map(\.hostname) == network.hosts.prefix(3).map(\.name))
        #expect(first.cursor != nil && second.cursor == nil)
        #expect(try await sync.listHosts(.init(limit: 3)).cursor == nil)
      }
    }
  }

  /// Public hosts are always called over TLS.
  @Test func repositoriesOfPublicHostsAreFetchedOverTLS() {
    #expect(HostName(ofPDS: "pds.example.com").baseURL.origin == "https://pds.example.com")
    #expect(HostName(ofPDS: "localhost:2583").baseURL.origin == "http://localhost:2583")
  }

  @Test func accountIsListedByCollectionFromItsFirstRecordToItsLast() async throws {
    try await Self.withAccount { network, account, relay in
      let path = try RepoPath("com.example.note/one")
      let record = DataValue.object(["$type": "com.example.note"]).cborBytes()
      let sync = relay.client.comAtproto.sync
      func accounts() async throws -> [String] {
        try await sync.listReposByCollection(.init(collection: "com.example.note")).repos
          .map(\.did.string)
      }
      #expect(try await accounts().isEmpty)
      network.host.emit(account.commit([.create(path, record: record)]))
      #expect(try await until { try await accounts() == [account.did.string] })
      network.host.emit(account.commit([.delete(path)]))
      #expect(try await until { try await accounts().isEmpty })
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
