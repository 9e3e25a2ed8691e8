import ATProtoData
import ATProtoHTTP
import ATProtoRepo
import ATProtoSyntax
import ComAtprotoAPI
import HTTPTypes
import RelayTestSupport
import Testing
import XRPCClient

@testable import Relay

/// The page for administrators, without a browser.
@Suite struct AdminPageTests {
  @Test func pageNeedsThePasswordAndRunsNoScripts() async throws {
    try await TestRelay.run { relay in
      let anonymous = try await relay.send(.get, "/admin/")
      #expect(anonymous.head.status == .unauthorized)
      #expect(anonymous.head.headerFields[.wwwAuthenticate]?.hasPrefix("Basic") == true)
      let page = try await relay.administer(.get, "/admin/")
      #expect(page.head.status == .ok)
      let policy = try #require(page.head.headerFields[.contentSecurityPolicy])
      #expect(policy.contains("default-src 'none'") && !policy.contains("script-src"))
      #expect(page.head.headerFields[.cacheControl] == "no-store")
      #expect(!page.text.contains("<script") && !page.text.contains(" style="))
      let style = try #require(page.text.firstMatch(of: #/href="(/admin/style.css[^"]*)"/#)?.1)
      let sheet = try await relay.administer(.get, String(style))
      #expect(sheet.head.headerFields[.contentType] == "text/css; charset=utf-8")
      let short = try await relay.administer(.get, "/admin")
      #expect(short.head.headerFields[.location] == "/admin/")
    }
  }

  @Test func hostsConsumersAndDroppedEventsAreShown() async throws {
    try await RelayFixture.run { network in
      try await TestRelay.run(TestRelay.configuration(network.plc)) { relay in
        try await relay.connect(network.host)
        let empty = try await relay.administer(.get, "/admin/").text
        #expect(empty.contains(network.host.name) && empty.contains("connected"))
        #expect(empty.contains("No consumers are connected."))
        #expect(empty.contains("No events have been dropped since the relay started."))
        var client = relay.client
        client.headers[.userAgent] = "test consumer"
        let stream = try await client.subscribe(ComAtproto.Sync.SubscribeRepos.self, .init())
        // Thirty events, which the host claims to have made 90 seconds ago. The last one is dropped.
        let account = network.makeAccount()
        let commits = [account.lastCommit] + (0..<26).map { _ in account.commit() }
        var message = account.nextMessage()
        message.commit = ValidationTests.anyCID
        for event in [account.identity, account.account] + commits + [.commit(message)] {
          network.host.emit(event, time: TimeText.text(SimulatedAccount.now - 90_000_000))
        }
        let consumer = #"""
          <tr><th scope="row">127.0.0.1</th><td><bdi>test consumer</bdi></td>\#
          <td><code>/xrpc/com.atproto.sync.subscribeRepos</code></td><td>29</td>
          """#
        let dropped = """
          <td>\(network.host.name)</td><td><code>\(account.did)</code></td><td>commit</td>\
          <td>fieldMismatch</td><td><bdi>the message names commit \(message.commit)</bdi></td>
          """
        var text = ""
        let isShown = try await until {
          text = try await relay.administer(.get, "/admin/").text
          return text.contains(consumer) && text.contains(dropped)
        }
        #expect(isShown, "\(text)")
        // The rate is the average of a minute.
        let cells = try #require(text.firstMatch(of: #/<td>0\.5</td>\s*<td>(\d+)\.\d s</td>/#))
        let lag = try #require(Int(cells.1))
        #expect((90..<150).contains(lag))
        withExtendedLifetime(stream) {}
      }
    }
  }

  /// Hostnames, user agents, and the details of dropped events come from untrusted parties.
  @Test func untrustedTextIsEscaped() async throws {
    try await RelayFixture.run { network in
      try await TestRelay.run(TestRelay.configuration(network.plc)) { relay in
        try await relay.connect(network.host)
        network.host.emit(
          .account(.init(did: "did:web:<script>alert(1)</script>", isActive: true, status: nil))
        )
        #expect(
          try await until {
            let text = try await relay.administer(.get, "/admin/").text
            return text.contains("did:web:&lt;script&gt;")
          }
        )
        let text = try await relay.administer(.get, "/admin/").text
        #expect(!text.contains("<script>"))
      }
    }
  }

  @Test func formsApplyTheirChangeAndReturnToThePage() async throws {
    try await RelayFixture.run { network in
      try await TestRelay.run(TestRelay.configuration(network.plc)) { relay in
        let host = network.host.name.replacing(":", with: "%3A")
        let forms = [
          ("crawl", "host=\(host)", "is being crawled"),
          ("limit", "host=\(host)&limit=7", "limit has been changed"),
          ("block", "host=\(host)", "has been blocked"),
          ("unblock", "host=\(host)", "no longer blocked"),
          ("ban", "domain=example.com", "has been banned"),
          ("unban", "domain=example.com", "no longer banned"),
        ]
        for (name, body, notice) in forms {
          let answer = try await Self.submit(name, body, relay)
          #expect(answer.head.status == .seeOther, "\(name): \(answer.text)")
          let location = try #require(answer.head.headerFields[.location])
          #expect(try await relay.administer(.get, location).text.contains(notice), "\(name)")
        }
        let row = try await relay.administer(.get, "/admin/pds/list").json.array?.first
        #expect(row?["RepoLimit"] == 7)
        let account = network.makeAccount()
        #expect(try await until { network.host.connectionCount == 1 })
        network.host.announce(account)
        _ = try await relay.events(after: 0, count: 3)
        for name in ["takedown", "untakedown"] {
          let answer = try await Self.submit(name, "did=\(account.did.string)", relay)
          #expect(answer.head.status == .seeOther, "\(name)")
        }
      }
    }
  }

  @Test(arguments: [
    ("crawl", "host=pds", 400), ("crawl", "", 400), ("block", "host=pds.example.com", 404),
    ("limit", "host=pds.example.com&limit=many", 400), ("takedown", "did=x", 400),
    ("takedown", "did=did:plc:ewvi7nxzyoun6zhxrhs64oiz", 404),
  ])
  func mistakeIsExplainedOnThePage(_ form: String, _ body: String, _ status: Int) async throws {
    try await TestRelay.run { relay in
      let answer = try await Self.submit(form, body, relay)
      #expect(answer.head.status.code == status)
      #expect(answer.text.contains(#"<p class="problem" role="alert">"#))
    }
  }

  @Test func formOfAnotherSiteIsRefusedAndGetChangesNothing() async throws {
    try await TestRelay.run { relay in
      let foreign = try await relay.administer(
        .post,
        "/admin/forms/ban",
        "domain=example.com",
        fields: [
          .contentType: "application/x-www-form-urlencoded", .origin: "https://evil.example",
        ]
      )
      #expect(foreign.head.status == .forbidden)
      let get = try await relay.administer(.get, "/admin/forms/ban?domain=example.com")
      #expect(get.head.status == .methodNotAllowed)
      let bans = try await relay.administer(.get, "/admin/subs/listDomainBans").json
      #expect(bans == ["banned_domains": []])
    }
  }

  private static func submit(
    _ form: String,
    _ body: String,
    _ relay: TestRelay
  ) async throws -> HTTPTransportResponse {
    try await relay.administer(
      .post,
      "/admin/forms/\(form)",
      body,
      fields: [
        .contentType: "application/x-www-form-urlencoded", .origin: relay.url.origin,
      ]
    )
  }
}
