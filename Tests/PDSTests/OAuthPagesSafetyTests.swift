import ATProtoAuth
import ATProtoHTTP
import ATProtoSyntax
import HTTPTypes
import Synchronization
import Testing
import XRPCServer

@testable import PDS

@Suite struct OAuthPagesSafetyTests {
  private static let form: HTTPFields = [.contentType: "application/x-www-form-urlencoded"]

  private func consent(
    _ browser: TestBrowser,
    _ client: OAuthTestClient
  ) async throws -> TestPage {
    let page = try await browser.open(try await client.push(), client)
    return page.title == "Sign in" ? try await browser.signIn(page) : page
  }

  /// Sec-Fetch-Site, Origin, and whether the form is accepted.
  @Test(
    arguments: [
      ([:], true),
      (["Sec-Fetch-Site": "same-origin", "Origin": "http://localhost:2583"], true),
      (["Sec-Fetch-Site": "none"], true),
      (["Origin": "http://pds.test"], true),
      (["Sec-Fetch-Site": "cross-site"], false),
      (["Sec-Fetch-Site": "same-site"], false),
      (["Origin": "https://evil.example.com"], false),
      (["Origin": "null"], false),
      (["Sec-Fetch-Site": "same-origin", "Origin": "http://evil.test"], false),
      (["Sec-Fetch-Mode": "cors"], false),
      (["Sec-Fetch-Dest": "iframe"], false),
    ] as [([String: String], Bool)]
  )
  func formsOfOtherSitesAreRefused(_ fields: [String: String], _ isAccepted: Bool) async throws {
    let server = try TestServer.withPages()
    _ = try await server.signUp()
    let client = OAuthTestClient(server: server)
    let browser = TestBrowser(server)
    let consent = try await consent(browser, client)
    var extra = HTTPFields()
    for (name, value) in fields { extra[HTTPField.Name(name)!] = value }
    let answer = try await browser.submit(consent, "Authorize", [:], extra)
    #expect((answer.status == 303) == isAccepted, "\(answer.status)")
    if !isAccepted {
      #expect([400, 403].contains(answer.status) && answer.location == nil)
      // Nothing was used up.
      #expect(try await browser.submit(consent, "Authorize").status == 303)
    }
  }

  @Test func tokenOfAnotherFormBrowserOrRequestIsRefused() async throws {
    let server = try TestServer.withPages()
    _ = try await server.signUp()
    let client = OAuthTestClient(server: server)
    let browser = TestBrowser(server)
    let consent = try await consent(browser, client)
    let other = try await self.consent(TestBrowser(server), client)
    let second = try await self.consent(browser, client)
    func token(_ page: TestPage) throws -> String { try #require(page.forms.first?.hidden["csrf"]) }
    for token in ["", "x", try token(other), try token(second)] {
      let answer = try await browser.submit(consent, "Authorize", ["csrf": token])
      #expect(answer.status == 403 && answer.location == nil)
    }
    // Without cookies, or with those of another browser.
    let stranger = TestBrowser(server)
    #expect([400, 403].contains(try await stranger.submit(consent, "Authorize").status))
    #expect(try await browser.submit(consent, "Authorize", ["step": "nonsense"]).status == 403)
    #expect(try await browser.submit(consent, "Authorize").status == 303)
  }

  @Test func getChangesNothing() async throws {
    let server = try TestServer.withPages()
    _ = try await server.signUp()
    let client = OAuthTestClient(server: server)
    let browser = TestBrowser(server)
    let consent = try await consent(browser, client)
    let form = try #require(consent.forms.first { $0.button == "Authorize" })
    let query = String(decoding: FormParameters(form.hidden).form, as: UTF8.self)
    let page = try await browser.get("\(form.action)&\(query)")
    #expect(page.status == 200 && page.location == nil)
    #expect(page.title == "Allow this app to use your account?" || page.title == "Sign in")
    #expect(try await browser.submit(consent, "Authorize").status == 303)
  }

  @Test func everyPageHasTheHeadersAndNoInlineScript() async throws {
    let server = try TestServer.withPages()
    _ = try await server.signUp()
    let client = OAuthTestClient(server: server)
    let browser = TestBrowser(server)
    let signIn = try await browser.open(try await client.push(), client)
    let consent = try await browser.signIn(signIn, isRemembered: true)
    let posted = try await browser.open(
      try await client.push(["response_mode": "form_post"]),
      client
    )
    let pages = [
      signIn, consent, try await browser.press(posted, "Authorize"),
      try await browser.submit(consent, "Authorize"), try await browser.get("/oauth/authorize"),
      try await browser.get("/account"), try await browser.get("/account/password"),
      try await browser.get("/account/nothing"), try await browser.get("/account/reset"),
      try await browser.request(.delete, "/account"),
      try await browser.get("/.well-known/change-password"),
    ]
    for page in pages where page.url != "/account/nothing" {
      let policy = page.response["Content-Security-Policy"] ?? ""
      #expect(policy.hasPrefix("default-src 'none'; style-src 'self'; "), "\(page.url)")
      #expect(policy.contains("frame-ancestors 'none'") && policy.contains("base-uri 'none'"))
      let scripts = policy.split(separator: "; ").filter { $0.hasPrefix("script-src") }
      let submits = page.title == "You are signed in"
      let script = "script-src \(client.issuer)/oauth/continue.js"
      #expect(!policy.contains("unsafe") && scripts == (submits ? [script[...]] : []))
      #expect(page.response["X-Frame-Options"] == "DENY")
      #expect(page.response["X-Content-Type-Options"] == "nosniff")
      #expect(page.response["Referrer-Policy"] == "same-origin")
      #expect(page.response["Cache-Control"] == "no-store")
      #expect(page.response["Cross-Origin-Opener-Policy"] == "same-origin")
      #expect(page.response["Cross-Origin-Resource-Policy"] == "same-origin")
      #expect(page.response["X-XSS-Protection"] == "0")
      #expect(page.response["X-Robots-Tag"]?.contains("noindex") == true)
      // Only over https.
      #expect(page.response["Strict-Transport-Security"] == nil)
      #expect(page.response["Access-Control-Allow-Origin"] == nil)
      #expect(page.text.contains("<script src=") == submits && !page.text.contains("<script>"))
      #expect(!page.text.contains("style=\""))
    }
    #expect(pages[7].status == 404)
    // The result of the consent form leads to another site (see PagePolicy).
    #expect(consent.response["Content-Security-Policy"]?.contains("form-action") == false)
    #expect(pages[6].response["Content-Security-Policy"]?.contains("form-action 'self'") == true)
  }

  @Test func cookiesAreSecureOverHTTPS() async throws {
    let server = try TestServer.withPages {
      $0.isDevelopment = false
      $0.hostname = "pds.example.com"
      $0.isInviteRequired = false
    }
    let page = try await TestBrowser(server).get("/account")
    let cookies = page.response.head.headerFields[values: .setCookie]
    #expect(cookies.count == 2)
    for (cookie, name) in zip(cookies, ["dev-id=dev-", "ses-id=ses-"]) {
      #expect(cookie.hasPrefix(name))
      for attribute in ["Path=/", "HttpOnly", "SameSite=Lax", "Secure", "Max-Age="] {
        #expect(cookie.contains("; \(attribute)"))
      }
      #expect(!cookie.contains("Domain"))
    }
    #expect(page.response["Strict-Transport-Security"] != nil)
    let local = try await TestBrowser(try TestServer.withPages()).get("/account")
    #expect(local.response.head.headerFields[.setCookie]?.contains("Secure") == false)
  }

  @Test func methodsAndBodiesAreChecked() async throws {
    let server = try TestServer.withPages()
    let browser = TestBrowser(server)
    for path in ["/oauth/authorize", "/account", "/account/email", "/oauth/style.css"] {
      for method in [HTTPRequest.Method.put, .delete, .patch, .options] {
        let page = try await browser.request(method, path)
        #expect(page.status == 405, "\(path) \(method)")
        #expect(page.response["Allow"]?.hasPrefix("GET, HEAD") == true)
      }
      let head = try await browser.request(.head, path)
      #expect(head.status == 200 && head.response.body.isEmpty)
      #expect(Int(head.response["Content-Length"] ?? "") ?? 0 > 0)
    }
    let account = try await browser.get("/account")
    let form = try #require(account.forms.first)
    let body = FormParameters(form.hidden.merging(["identifier": "a", "password": "b"]) { $1 }).form
    func post(_ body: [UInt8], _ fields: HTTPFields = Self.form) async throws -> Int {
      try await browser.request(.post, "/account", fields, body: body).status
    }
    #expect(try await post(body) == 400)
    #expect(try await post(body + Array("&step=sign-in".utf8)) == 400)
    #expect(try await post(body + Array("&x=%ff".utf8)) == 400)
    #expect(try await post(body, [.contentType: "application/json"]) == 415)
    #expect(try await post(body, [:]) == 415)
    #expect(
      try await post(body + Array("&x=".utf8) + [UInt8](repeating: 0x61, count: 65_536)) == 413
    )
  }

  @Test func styleSheetIsServed() async throws {
    let server = try TestServer.withPages { $0.oauth.branding.primaryColor = "#fc0" }
    let browser = TestBrowser(server)
    let page = try await browser.get("/account")
    let link = try #require(page.text.firstMatch(of: /href="(\/oauth\/style.css\?v=[0-9a-f]+)"/))
    let style = try await browser.get(String(link.1))
    #expect(style.response["Content-Type"] == "text/css; charset=utf-8")
    #expect(style.response["Cache-Control"]?.contains("immutable") == true)
    // Black letters on a bright color.
    #expect(style.text.contains("--brand: #ffcc00;") && style.text.contains("--on-brand: #000000;"))
    #expect(style.text.contains("prefers-color-scheme: dark"))
  }

  @Test func guessingEndsWithoutLockingTheOwnerOut() async throws {
    let server = try TestServer.withPages { $0.hasRateLimits = true }
    _ = try await server.signUp()
    let client = OAuthTestClient(server: server)
    let stranger = TestBrowser(server, address: "198.51.100.7")
    let page = try await stranger.open(try await client.push(), client)
    var statuses: [Int] = []
    for count in 0..<80 {
      statuses.append(try await stranger.signIn(page, password: "guess \(count)").status)
      if statuses.last == 429 { break }
    }
    #expect(statuses.last == 429 && statuses.count == 31)
    // The right password does not help. Another name does not reveal that it is of the same account:
    // it has its own attempts, within those of the network.
    #expect(try await stranger.signIn(page).status == 429)
    let otherName = try await stranger.signIn(page, "alice@mail.test", password: "guess")
    let noName = try await stranger.signIn(page, "nobody@mail.test", password: "guess")
    #expect(otherName.status == noName.status && otherName.status != 429)
    for count in 0..<80 {
      let status = try await stranger.signIn(page, "alice@mail.test", password: "guess \(count)")
        .status
      statuses.append(status)
      if status == 429 { break }
    }
    #expect(statuses.last == 429 && statuses.count < 60)
    let retry = try await stranger.signIn(page).response["Retry-After"]
    #expect((1...300).contains(Int(retry ?? "") ?? 0))
    let owner = TestBrowser(server, address: "192.0.2.1")
    let own = try await owner.open(try await client.push(), client)
    #expect(try await owner.signIn(own).title.hasPrefix("Allow"))
    // One password for many accounts.
    let other = TestBrowser(server, address: "198.51.100.8")
    let second = try await other.open(try await client.push(), client)
    var last = 0
    for count in 0..<80 where last != 429 {
      last = try await other.signIn(second, "n\(count).test", password: "12345678").status
    }
    #expect(last == 429)
  }
}

@Suite struct BrowserDeviceTests {
  private let origin = DeviceOrigin(userAgent: "A", address: "192.0.2.1")

  private func signedIn(
    _ server: TestServer
  ) async throws -> (devices: BrowserDevices, device: BrowserDevice, now: Int) {
    let did = try await server.signUp().did.parsed()
    let account = try #require(try await server.domain.accounts.account(did))
    let devices = BrowserDevices(store: server.store)
    let signIns = SignIns(
      store: server.store,
      passwords: server.domain.sessions.passwords,
      devices: devices,
      limits: nil
    )
    var client = PageClient(.init(address: "192.0.2.1"), [:])
    client.origin = origin
    let now = currentSeconds()
    let device = try await signIns.start(
      account,
      on: try await devices.device(nil, from: origin),
      for: .accountPage,
      isRemembered: true,
      from: client,
      at: now
    )
    return (devices, device, now)
  }

  @Test func visitorsLeaveNothingInTheDatabase() async throws {
    let server = try TestServer.withPages()
    let browser = TestBrowser(server)
    _ = try await browser.get("/account")
    let first = browser.cookies.withLock { $0 }
    let page = try await browser.get("/account")
    #expect(page.response.head.headerFields[.setCookie] == nil)
    #expect(browser.cookies.withLock { $0 } == first)
    let id = try #require(
      DeviceCookies([.cookie: first.map { "\($0)=\($1)" }.joined(separator: "; ")])
    )
    .deviceID
    #expect(try await server.store.read { try $0.oauth.device(id) } == nil)
  }

  @Test func sessionCookieIsReplacedAfterFiveMinutesAndOnChange() async throws {
    let server = try TestServer.withPages()
    let (devices, device, now) = try await signedIn(server)
    let cookies = device.cookies
    let same = try await devices.device(cookies, from: origin, at: now + 299)
    #expect(!same.isRenewed && same.signIns.count == 1)
    let renewed = try await devices.device(cookies, from: origin, at: now + 300)
    #expect(renewed.isRenewed && renewed.cookies.device == cookies.device)
    #expect(renewed.cookies.session != cookies.session && renewed.signIns.count == 1)
    let moved = DeviceOrigin(userAgent: "A", address: "192.0.2.2")
    let again = try await devices.device(renewed.cookies, from: moved, at: now + 301)
    #expect(again.isRenewed && again.signIns.count == 1)
    let updated = DeviceOrigin(userAgent: "B", address: "192.0.2.2")
    #expect(try await devices.device(again.cookies, from: updated, at: now + 302).isRenewed)
  }

  @Test func replacedCookieWorksForSecondsAndThenEndsTheSignIns() async throws {
    let server = try TestServer.withPages()
    let (devices, device, now) = try await signedIn(server)
    let renewed = try await devices.device(device.cookies, from: origin, at: now + 300)
    let late = try await devices.device(device.cookies, from: origin, at: now + 305)
    #expect(!late.isRenewed && late.signIns.count == 1)
    // A copy of old cookies: it is unknown who has the right ones.
    let thief = try await devices.device(device.cookies, from: origin, at: now + 306)
    #expect(thief.isRenewed && thief.signIns.isEmpty && thief.id != device.id)
    let owner = try await devices.device(renewed.cookies, from: origin, at: now + 307)
    #expect(owner.signIns.isEmpty)
  }

  @Test func signInsAndBrowsersExpire() async throws {
    let server = try TestServer.withPages()
    let (devices, device, now) = try await signedIn(server)
    let week = now + SignIns.lifetime
    let before = try await devices.device(device.cookies, from: origin, at: week - 1)
    #expect(before.signIns.count == 1)
    #expect(try await devices.device(before.cookies, from: origin, at: week).signIns.isEmpty)
    let gone = week + BrowserDevices.lifetime
    #expect(try await devices.device(before.cookies, from: origin, at: gone).signIns.isEmpty)
  }

  @Test(arguments: [
    (
      "dev-id=dev-00112233445566778899aabbccddeeff; ses-id=ses-00112233445566778899aabbccddeeff",
      true
    ),
    (
      "a=b; dev-id=dev-00112233445566778899aabbccddeeff;ses-id=ses-00112233445566778899aabbccddeeff",
      true
    ),
    ("dev-id=dev-00112233445566778899aabbccddeeff", false),
    ("dev-id=dev-0011; ses-id=ses-00112233445566778899aabbccddeeff", false),
    (
      "dev-id=ses-00112233445566778899aabbccddeeff; ses-id=dev-00112233445566778899aabbccddeeff",
      false
    ),
    (
      "dev-id=dev-00112233445566778899aabbccddeeff; dev-id=dev-00112233445566778899aabbccddeeff; "
        + "ses-id=ses-00112233445566778899aabbccddeeff", false
    ),
    ("dev-id; ses-id=; =x; ;;", false), ("", false),
  ])
  func cookiesAreReadStrictly(_ field: String, _ isValid: Bool) {
    #expect((DeviceCookies([.cookie: field]) != nil) == isValid)
  }
}
