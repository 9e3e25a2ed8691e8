import ATProtoData
import ATProtoHTTP
import ATProtoRepo
import ATProtoSyntax
import ComAtprotoAPI
import Foundation
import HTTPTypes
import RelayTestSupport
import Testing
import XRPC
import XRPCClient

@testable import Relay

/// The admin API, with requests as `goat relay admin` sends them and answers as it reads them.
@Suite struct AdminAPITests {
  private static let success: DataValue = ["success": "true"]

  @Test func administratorAuthenticatesWithAnyOfThePasswords() async throws {
    var configuration = TestRelay.configuration()
    configuration.adminPasswords = ["old", "new"]
    try await TestRelay.run(configuration) { relay in
      for password in ["old", "new"] {
        let answer = try await relay.administer(.get, "/admin/pds/list", password: password)
        #expect(answer.head.status == .ok)
      }
      for password in ["older", "", "old,new"] {
        let answer = try await relay.administer(.get, "/admin/pds/list", password: password)
        #expect(answer.head.status == .unauthorized)
        #expect(answer.head.headerFields[.wwwAuthenticate]?.hasPrefix("Basic") == true)
      }
      let anonymous = try await relay.send(.get, "/admin/pds/list")
      #expect(anonymous.head.status == .unauthorized)
      #expect(anonymous.head.headerFields[.accessControlAllowOrigin] == nil)
    }
  }

  @Test func withoutAPasswordThereIsNoAdministrator() async throws {
    var configuration = TestRelay.configuration()
    configuration.adminPasswords = []
    try await TestRelay.run(configuration) { relay in
      let answer = try await relay.administer(.get, "/admin/pds/list", password: "")
      #expect(answer.head.status == .unauthorized)
    }
  }

  @Test func guessingEndsAfterAHundredWrongPasswords() async throws {
    try await TestRelay.run { relay in
      let path = "/admin/subs/getEnabled"
      for _ in 0..<100 {
        let wrong = try await relay.administer(.get, path, password: "wrong")
        #expect(wrong.head.status == .unauthorized)
      }
      let right = try await relay.administer(.get, path)
      #expect(right.head.status == .tooManyRequests)
      #expect(right.head.headerFields[.retryAfter] != nil)
      let method = "/xrpc/com.atproto.admin.getSubjectStatus?did=did:web:a.example.com"
      #expect(try await relay.administer(.get, method).head.status == .tooManyRequests)
    }
  }

  @Test(arguments: ["/admin/nothing", "/admin/pds", "/admin/pds/list/more"])
  func unknownPathIsNotFound(_ path: String) async throws {
    try await TestRelay.run { relay in
      let answer = try await relay.administer(.get, path)
      #expect(answer.head.status == .notFound)
    }
  }

  @Test func wrongMethodIsRefused() async throws {
    try await TestRelay.run { relay in
      let get = try await relay.administer(.get, "/admin/subs/setEnabled?enabled=false")
      #expect(get.head.status == .methodNotAllowed)
      #expect(get.head.headerFields[.allow] == "POST")
      #expect(try await relay.administer(.get, "/admin/subs/getEnabled").json["enabled"] == true)
      let post = try await relay.administer(.post, "/admin/pds/list")
      #expect(post.head.status == .methodNotAllowed)
    }
  }

  /// A browser adds the administrator's password to requests of any page.
  @Test(
    arguments: [
      (["Sec-Fetch-Site": "cross-site"], 403), (["Sec-Fetch-Site": "same-site"], 403),
      (["Origin": "https://evil.example"], 403), (["Origin": "null"], 403),
      (["Sec-Fetch-Site": "same-origin"], 200), ([:], 200),
    ] as [([String: String], Int)]
  )
  func changeThatAnotherSiteRequestsIsRefused(
    _ fields: [String: String],
    _ status: Int
  ) async throws {
    try await TestRelay.run { relay in
      var header = HTTPFields()
      for (name, value) in fields { header[HTTPField.Name(name)!] = value }
      let answer = try await relay.administer(
        .post,
        "/admin/subs/setEnabled?enabled=false",
        fields: header
      )
      #expect(answer.head.status.code == status)
      let isEnabled = try await relay.administer(.get, "/admin/subs/getEnabled").json["enabled"]
      #expect(isEnabled == .boolean(status != 200))
    }
  }

  // MARK: Crawl requests

  @Test func publicCrawlRequestsAreSwitchedOffAndOn() async throws {
    try await RelayFixture.run { network in
      try await TestRelay.run(TestRelay.configuration(network.plc)) { relay in
        let off = try await relay.administer(.post, "/admin/subs/setEnabled?enabled=false")
        #expect(off.json == Self.success)
        let body = #"{"hostname":"\#(network.host.name)"}"#
        let fields: HTTPFields = [.contentType: "application/json"]
        let path = "/xrpc/com.atproto.sync.requestCrawl"
        let refused = try await relay.send(.post, path, body, fields)
        #expect(refused.head.status == .forbidden && refused.json["error"] == "Forbidden")
        // The administrator may still add hosts.
        let own = try await relay.administer(.post, "/admin/pds/requestCrawl", body)
        #expect(own.json == Self.success)
        _ = try await relay.administer(.post, "/admin/subs/setEnabled?enabled=true")
        #expect(try await relay.send(.post, path, body, fields).head.status == .ok)
        let bad = try await relay.administer(.post, "/admin/subs/setEnabled?enabled=perhaps")
        #expect(bad.head.status == .badRequest)
      }
    }
  }

  /// Uses the real transport, which refuses loopback addresses without the setting.
  @Test(arguments: [true, false])
  func hostOnThisMachineRequiresTheSetting(_ isAllowed: Bool) async throws {
    try await RelayFixture.run { network in
      var configuration = TestRelay.configuration(network.plc)
      configuration.allowsInsecureHosts = isAllowed
      try await TestRelay.run(configuration) { relay in
        let answer = try await relay.administer(
          .post,
          "/admin/pds/requestCrawl",
          #"{"hostname":"\#(network.host.name)"}"#
        )
        guard isAllowed else {
          #expect(answer.head.status == .badRequest && answer.json["error"] == "BadRequest")
          #expect(answer.json["message"]?.string?.contains("RELAY_ALLOW_INSECURE_HOSTS") == true)
          #expect(network.host.requests.isEmpty)
          return
        }
        #expect(answer.json == Self.success)
        #expect(try await until { network.host.connectionCount == 1 })
      }
    }
  }

  @Test func limitOfNewHostsPerDayIsChangedUntilTheRelayRestarts() async throws {
    try await TestRelay.run { relay in
      #expect(try await relay.administer(.get, "/admin/subs/perDayLimit").json == ["limit": 50])
      let set = try await relay.administer(.post, "/admin/subs/setPerDayLimit?limit=7")
      #expect(set.json == Self.success)
      #expect(try await relay.administer(.get, "/admin/subs/perDayLimit").json == ["limit": 7])
      let bad = try await relay.administer(.post, "/admin/subs/setPerDayLimit?limit=x")
      #expect(bad.head.status == .badRequest)
    }
  }

  // MARK: Hosts

  @Test func hostsAreListedWithTheFieldsOfTheReference() async throws {
    try await Self.withHost { network, relay in
      let rows = try await relay.administer(.get, "/admin/pds/list").json.array ?? []
      let row = try #require(rows.first)
      #expect(rows.count == 1)
      #expect(row["Host"] == .string(network.host.name) && row["ID"] == 1)
      #expect(row["SSL"] == false && row["Blocked"] == false && row["Registered"] == true)
      #expect(row["HasActiveConnection"] == true && row["RepoLimit"] != nil)
      #expect(row["AccountLimitAlertState"] == "ok" && row["AccountLimitAlertSentAt"] == nil)
      let created = try #require(row["CreatedAt"]?.string)
      #expect((try? Datetime(created)) != nil)
      for (name, window) in [("Second", 1), ("Hour", 3600), ("Day", 86_400)] {
        #expect(row["Per\(name)EventRate"]?["Window"]?.integer == window)
        #expect(row["Per\(name)EventRate"]?["Max"]?.integer != nil)
      }
      for name in ["Cursor", "RepoCount", "UserCount", "EventsSeenSinceStartup", "CrawlRateLimit"] {
        #expect(row[name]?.integer != nil, "\(name)")
      }
      let connected = try await relay.administer(.get, "/admin/subs/getUpstreamConns")
      #expect(connected.json == [.string(network.host.name)])
    }
  }

  @Test func blockedHostIsDisconnectedUntilItIsUnblocked() async throws {
    try await Self.withHost { network, relay in
      let host = network.host.name
      let block = try await relay.administer(.post, "/admin/pds/block?host=\(host)")
      #expect(block.json == Self.success)
      #expect(try await until { network.host.connectionCount == 0 })
      let blocked = try await relay.administer(.get, "/admin/pds/list").json[0]
      #expect(blocked?["Blocked"] == true && blocked?["HasActiveConnection"] == false)
      let crawl = try await relay.send(
        .post,
        "/xrpc/com.atproto.sync.requestCrawl",
        #"{"hostname":"\#(host)"}"#,
        [.contentType: "application/json"]
      )
      #expect(crawl.head.status == .badRequest && crawl.json["error"] == "HostBanned")
      let unblock = try await relay.administer(.post, "/admin/pds/unblock?host=\(host)")
      #expect(unblock.json == Self.success)
      #expect(try await until { network.host.connectionCount == 1 })
    }
  }

  @Test func killedConnectionIsOpenedAgainUnlessTheHostIsBlocked() async throws {
    try await Self.withHost { network, relay in
      let host = network.host.name
      let path = "/admin/subs/killUpstream?host=\(host)"
      let count = network.host.cursors.count
      #expect(try await relay.administer(.post, path).json == Self.success)
      #expect(try await until { network.host.cursors.count > count })
      #expect(try await relay.administer(.post, path + "&block=true").json == Self.success)
      #expect(try await until { network.host.connectionCount == 0 })
      let row = try await relay.administer(.get, "/admin/pds/list").json[0]
      #expect(row?["Blocked"] == true)
    }
  }

  @Test func unknownHostIsNotFound() async throws {
    try await TestRelay.run { relay in
      for path in ["pds/block", "pds/unblock", "subs/killUpstream"] {
        let answer = try await relay.administer(.post, "/admin/\(path)?host=pds.example.com")
        #expect(answer.head.status == .notFound, "\(path)")
        let missing = try await relay.administer(.post, "/admin/\(path)")
        #expect(missing.head.status == .badRequest, "\(path)")
      }
    }
  }

  /// The reference implementation does not distinguish the case of names.
  @Test(arguments: [#""host""#, #""Host""#]) func limitsAreChanged(_ name: String) async throws {
    try await Self.withHost { network, relay in
      let answer = try await relay.administer(
        .post,
        "/admin/pds/changeLimits",
        #"{\#(name):"\#(network.host.name)","repo_limit":7,"account_limit_alerts_silenced":true}"#
      )
      #expect(answer.json == Self.success)
      let row = try await relay.administer(.get, "/admin/pds/list").json[0]
      #expect(row?["RepoLimit"] == 7 && row?["AccountLimitAlertsSilenced"] == true)
      let bad = try await relay.administer(
        .post,
        "/admin/pds/changeLimits",
        #"{"host":"\#(network.host.name)","repo_limit":"many"}"#
      )
      #expect(bad.head.status == .badRequest)
    }
  }

  // MARK: Domains

  @Test func bannedDomainKeepsItsHostsOut() async throws {
    try await TestRelay.run { relay in
      let ban = try await relay.administer(
        .post,
        "/admin/subs/banDomain",
        #"{"Domain":"example.com"}"#
      )
      #expect(ban.json == Self.success)
      let list = try await relay.administer(.get, "/admin/subs/listDomainBans")
      #expect(list.json == ["banned_domains": ["example.com"]])
      let crawl = try await relay.send(
        .post,
        "/xrpc/com.atproto.sync.requestCrawl",
        #"{"hostname":"pds.example.com"}"#,
        [.contentType: "application/json"]
      )
      #expect(crawl.json["error"] == "HostBanned")
      let unban = try await relay.administer(
        .post,
        "/admin/subs/unbanDomain",
        #"{"domain":"example.com"}"#
      )
      #expect(unban.json == Self.success)
      #expect(
        try await relay.administer(.get, "/admin/subs/listDomainBans").json
          == ["banned_domains": []]
      )
    }
  }

  // MARK: Accounts

  @Test func takedownIsAnnouncedAndListedAndReversed() async throws {
    try await Self.withHost { network, relay in
      let account = network.makeAccount()
      network.host.announce(account)
      _ = try await relay.events(after: 0, count: 3)
      let did = account.did.string
      let body = #"{"did":"\#(did)"}"#
      let down = try await relay.administer(.post, "/admin/repo/takeDown", body)
      #expect(down.json == Self.success)
      let event = try await relay.events(after: 3, count: 1).first
      guard case .account(let message) = event else {
        Issue.record("no #account event")
        return
      }
      #expect(!message.active && message.status == .takendown)
      let status = try await relay.send(.get, "/xrpc/com.atproto.sync.getRepoStatus?did=\(did)")
      #expect(status.json["status"] == "takendown" && status.json["active"] == false)
      // `goat` requires that the cursor is a string, and ends when it is missing.
      let list = try await relay.administer(.get, "/admin/repo/takedowns?cursor=&size=500")
      #expect(list.json == ["dids": [.string(did)]])
      let up = try await relay.administer(.post, "/admin/repo/reverseTakedown", body)
      #expect(up.json == Self.success)
      #expect(
        try await relay.administer(.get, "/admin/repo/takedowns").json == ["dids": []]
      )
    }
  }

  @Test func takedownsArePaged() async throws {
    try await Self.withHost { network, relay in
      let accounts = (0..<3).map { _ in network.makeAccount() }
      for account in accounts { network.host.announce(account) }
      _ = try await relay.events(after: 0, count: 9)
      for account in accounts {
        let body = #"{"did":"\#(account.did.string)"}"#
        _ = try await relay.administer(.post, "/admin/repo/takeDown", body)
      }
      var found: [String] = []
      var cursor: String? = ""
      while let position = cursor {
        let page = try await relay.administer(
          .get,
          "/admin/repo/takedowns?size=2&cursor=\(position)"
        ).json
        found += (page["dids"]?.array ?? []).compactMap(\.string)
        cursor = page["cursor"]?.string
      }
      #expect(Set(found) == Set(accounts.map(\.did.string)) && found.count == 3)
    }
  }

  @Test(arguments: ["takeDown", "reverseTakedown"])
  func unknownAccountIsNotFound(_ path: String) async throws {
    try await TestRelay.run { relay in
      let did = SimulatedAccount.randomDID().string
      let unknown = try await relay.administer(
        .post,
        "/admin/repo/\(path)",
        #"{"did":"\#(did)"}"#
      )
      #expect(unknown.head.status == .notFound)
      for body in ["{}", #"{"did":"x"}"#, "[]", "{", #"{"did":1}"#] {
        let bad = try await relay.administer(.post, "/admin/repo/\(path)", body)
        #expect(bad.head.status == .badRequest, "\(body)")
      }
    }
  }

  /// The methods to which the reference implementation plans to move.
  @Test func takedownsAreAvailableAsAdminMethods() async throws {
    try await Self.withHost { network, relay in
      let account = network.makeAccount()
      network.host.announce(account)
      _ = try await relay.events(after: 0, count: 3)
      let did = account.did.string
      let update = "/xrpc/com.atproto.admin.updateSubjectStatus"
      let subject = #"{"$type":"com.atproto.admin.defs#repoRef","did":"\#(did)"}"#
      let body = #"{"subject":\#(subject),"takedown":{"applied":true}}"#
      let anonymous = try await relay.send(.post, update, body, [.contentType: "application/json"])
      #expect(anonymous.head.status == .unauthorized)
      #expect(try await relay.administer(.post, update, body).head.status == .ok)
      let path = "/xrpc/com.atproto.admin.getSubjectStatus?did=\(did)"
      let status = try await relay.administer(.get, path)
      #expect(status.json["takedown"]?["applied"] == true)
      #expect(try await relay.send(.get, path).head.status == .unauthorized)
      // A takedown at the host is not one of the relay.
      let reversed = body.replacing("true", with: "false")
      #expect(try await relay.administer(.post, update, reversed).head.status == .ok)
      account.status = .inactive("takendown")
      network.host.emit(account.account)
      _ = try await relay.events(after: 5, count: 1)
      #expect(try await relay.administer(.get, path).json["takedown"]?["applied"] == false)
    }
  }

  // MARK: Consumers

  @Test func consumersAreListedWhileTheyAreConnected() async throws {
    try await Self.withHost { network, relay in
      network.host.announce(network.makeAccount())
      let stream = try await relay.client.subscribe(
        ComAtproto.Sync.SubscribeRepos.self,
        .init(cursor: 0)
      )
      var iterator = stream.makeAsyncIterator()
      for _ in 0..<3 { _ = try await iterator.next() }
      let list = try await relay.administer(.get, "/admin/consumers/list").json.array ?? []
      let consumer = try #require(list.first)
      #expect(list.count == 1 && consumer["id"]?.integer != nil)
      #expect(consumer["remote_addr"] == "127.0.0.1")
      #expect(consumer["user_agent"]?.string != nil)
      #expect(
        try await until {
          let list = try await relay.administer(.get, "/admin/consumers/list").json
          return list[0]?["events_consumed"] == 3
        }
      )
      let since = try #require(consumer["connected_at"]?.string)
      #expect((try? Datetime(since)) != nil)
    }
  }

  // MARK: Helpers

  /// A relay that is connected to a host.
  private static func withHost(
    _ body: (RelayFixture, TestRelay) async throws -> Void
  ) async throws {
    try await RelayFixture.run { network in
      try await TestRelay.run(TestRelay.configuration(network.plc)) { relay in
        try await relay.connect(network.host)
        try await body(network, relay)
      }
    }
  }
}

extension DataValue {
  fileprivate subscript(index: Int) -> DataValue? {
    array.flatMap { $0.indices.contains(index) ? $0[index] : nil }
  }
}
