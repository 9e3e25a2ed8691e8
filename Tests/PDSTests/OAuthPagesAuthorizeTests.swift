import ATProtoAuth
import ATProtoData
import ATProtoSyntax
import ComAtprotoAPI
import HTTPTypes
import Synchronization
import Testing
import XRPC
import XRPCClient

@testable import PDS

@Suite struct OAuthPagesAuthorizeTests {
  private static let password = SessionTests.password

  @Test func signInAndConsentLeadToACodeThatWorks() async throws {
    let server = try TestServer.withPages()
    let alice = try await server.signUp()
    let client = OAuthTestClient(server: server)
    let browser = TestBrowser(server)
    let page = try await browser.open(try await client.push(), client)
    #expect(page.status == 200)
    #expect(page.title == "Sign in")
    let form = try #require(page.forms.first { $0.button == "Sign in" })
    #expect(
      form.inputs == ["identifier": "text", "password": "password", "remember": "checkbox"]
    )
    #expect(page.text.contains("localhost"))

    let consent = try await browser.signIn(page)
    #expect(consent.status == 200)
    #expect(consent.title == "Allow this app to use your account?")
    #expect(consent.text.contains("@alice.test") && consent.text.contains(alice.did.string))
    #expect(consent.text.contains("all your public data, such as posts"))
    #expect(Set(consent.forms.map(\.button)) == ["Authorize", "Deny", "Use another account"])

    let answer = try await browser.press(consent, "Authorize")
    #expect(answer.status == 303)
    let result = try answer.result
    #expect(result["state"] == "s t&")
    #expect(result["iss"] == client.issuer)
    #expect(answer.location?.hasPrefix(OAuthTestClient.redirectURI + "?") == true)
    let code = try #require(result["code"])
    let tokens = try OAuthTestTokens(try await client.exchange(code))
    #expect(try await server.oauthSession(tokens.access)?.did.string == alice.did.string)
  }

  @Test func denyAnswersAccessDenied() async throws {
    let server = try TestServer.withPages()
    _ = try await server.signUp()
    let client = OAuthTestClient(server: server)
    let browser = TestBrowser(server)
    for isSignedIn in [false, true] {
      var page = try await browser.open(try await client.push(), client)
      if isSignedIn { page = try await browser.signIn(page) }
      let answer = try await browser.press(page, isSignedIn ? "Deny" : "Cancel")
      #expect(try answer.result["error"] == "access_denied")
      #expect(try answer.result["code"] == nil)
    }
  }

  @Test func fragmentAndFormPostCarryTheResult() async throws {
    let server = try TestServer.withPages()
    _ = try await server.signUp()
    let client = OAuthTestClient(server: server)
    let browser = TestBrowser(server)
    for mode in ["fragment", "form_post"] {
      let state = "\"\u{301}><script>alert(1)</script>"
      let pushed = try await client.push(["response_mode": mode, "state": state])
      var page = try await browser.open(pushed, client)
      page = try await browser.signIn(page)
      let answer = try await browser.press(page, "Authorize")
      if mode == "fragment" {
        #expect(answer.location?.hasPrefix(OAuthTestClient.redirectURI + "#") == true)
        #expect(try answer.result["state"] == state)
        continue
      }
      #expect(answer.status == 200)
      let form = try #require(answer.forms.first)
      #expect(form.button == "Continue")
      #expect(form.action == OAuthTestClient.redirectURI)
      #expect(form.hidden["state"] == state)
      #expect(form.hidden["code"] != nil && form.hidden["iss"] == client.issuer)
      // Our script, which sends the form, and no other.
      let script = Array(#"<script src="/oauth/continue.js" defer></script>"#.utf8)
      let rest = Array(answer.text.utf8).split(separator: script)
      #expect(rest.count == 2 && !rest.contains { $0.contains(Array("<script".utf8)) })
      let source = try await browser.get("/oauth/continue.js")
      #expect(source.response["Content-Type"] == "text/javascript; charset=utf-8")
      #expect(source.text == "document.forms[0].submit();\n")
    }
  }

  /// Neither the page nor its status tells whether the account exists.
  @Test func wrongPasswordAndUnknownAccountGetTheSamePage() async throws {
    let server = try TestServer.withPages()
    let alice = try await server.signUp()
    let app = try await alice.client.comAtproto.server.createAppPassword(
      .init(name: "app", privileged: true)
    )
    let client = OAuthTestClient(server: server)
    let browser = TestBrowser(server)
    let page = try await browser.open(try await client.push(), client)
    var texts: Set<String> = []
    for (name, password) in [
      ("alice.test", "wrong"), ("nobody.test", "wrong"), ("alice.test", app.password),
      ("a@b.c", "wrong"), ("alice.test", ""), ("\u{0D4E}<", "x"),
      (String(repeating: "a", count: 9_000), "x"),
    ] {
      let answer = try await browser.signIn(page, name, password: password)
      #expect(answer.status == 400)
      #expect(answer.location == nil)
      #expect(!Array(answer.text.utf8).contains(Array("\u{0D4E}<".utf8)))
      texts.insert(
        answer.text.replacing(/name="identifier" type="text" value="[^"]*"/, with: "")
          .replacing(" autofocus", with: "")
      )
    }
    #expect(texts.count == 1)
    for name in ["ALICE.test", "@alice.test", alice.did.string, "Alice@mail.test", " alice.test "] {
      #expect(try await browser.signIn(page, name).title.hasPrefix("Allow"), "\(name)")
    }
  }

  @Test func takenDownAccountDoesNotSignIn() async throws {
    let server = try TestServer.withPages()
    let alice = try await server.signUp()
    let client = OAuthTestClient(server: server)
    let browser = TestBrowser(server)
    let page = try await browser.open(try await client.push(), client)
    let consent = try await browser.signIn(page, isRemembered: true)
    try await alice.set(.takendown)
    let refused = try await browser.signIn(page)
    #expect(refused.status == 400 && refused.text.contains("taken down"))
    let wrong = try await browser.signIn(page, password: "wrong")
    #expect(!wrong.text.contains("taken down"))
    // Nor is one that is signed in already of any use.
    #expect(try await browser.press(consent, "Authorize").title == "Sign in")
  }

  @Test func deactivatedAccountCannotGrantAccess() async throws {
    let server = try TestServer.withPages()
    let alice = try await server.signUp()
    try await alice.set(.deactivated)
    let client = OAuthTestClient(server: server)
    let browser = TestBrowser(server)
    let page = try await browser.open(try await client.push(), client)
    let inactive = try await browser.signIn(page)
    #expect(inactive.title == "This account is deactivated")
    let answer = try await browser.press(inactive, "Back to the app")
    #expect(try answer.result["error"] == "access_denied")
  }

  @Test func browserIsRememberedOnlyIfThePersonSaysSo() async throws {
    let server = try TestServer.withPages()
    _ = try await server.signUp()
    let client = OAuthTestClient(server: server)
    for isRemembered in [false, true] {
      let browser = TestBrowser(server)
      let first = try await browser.open(try await client.push(), client)
      _ = try await browser.press(
        try await browser.signIn(first, isRemembered: isRemembered),
        "Authorize"
      )
      let second = try await browser.open(try await client.push(), client)
      #expect(second.title.hasPrefix("Allow") == isRemembered)
    }
  }

  @Test func severalAccountsAreOfferedForChoice() async throws {
    let server = try TestServer.withPages()
    _ = try await server.signUp()
    let bob = try await server.signUp("bob")
    let client = OAuthTestClient(server: server)
    let browser = TestBrowser(server)
    let first = try await browser.open(try await client.push(), client)
    var page = try await browser.signIn(first, isRemembered: true)
    page = try await browser.press(page, "Use another account")
    #expect(page.title == "Sign in")
    page = try await browser.signIn(page, "bob.test", isRemembered: true)
    #expect(page.text.contains("@bob.test"))

    let choice = try await browser.open(try await client.push(), client)
    #expect(choice.title == "Choose an account")
    #expect(choice.forms.map(\.button).contains { $0.contains("@alice.test") })
    let consent = try await browser.press(choice, "b@bob.test \(bob.did.string)")
    #expect(consent.title.hasPrefix("Allow") && consent.text.contains("@bob.test"))
    let code = try #require(try await browser.press(consent, "Authorize").result["code"])
    let tokens = try OAuthTestTokens(try await client.exchange(code))
    #expect(try await server.oauthSession(tokens.access)?.did.string == bob.did.string)
  }

  @Test func loginHintIsTheOnlyAccountThatGetsThrough() async throws {
    let server = try TestServer.withPages()
    _ = try await server.signUp()
    _ = try await server.signUp("bob")
    let client = OAuthTestClient(server: server)
    let browser = TestBrowser(server)
    let open = try await browser.open(try await client.push(), client)
    _ = try await browser.signIn(open, "bob.test", isRemembered: true)
    for hint in ["alice.test", "ALICE.TEST"] {
      let page = try await browser.open(try await client.push(["login_hint": hint]), client)
      #expect(page.title == "Sign in" && page.text.contains("value=\"alice.test\""))
      let refused = try await browser.signIn(page, "bob.test")
      #expect(refused.status == 400 && refused.text.contains("another account"))
      #expect(try await browser.signIn(page).title.hasPrefix("Allow"))
    }
    // A form that names another account does not help.
    let page = try await browser.open(try await client.push(["login_hint": "alice.test"]), client)
    let consent = try await browser.signIn(page)
    let bob = try await server.domain.accounts.account(Handle("bob.test"))?.did.string
    let answer = try await browser.press(consent, "Authorize", ["account": try #require(bob)])
    #expect(answer.title == "Sign in")
  }

  @Test func loginPromptAsksForThePasswordAgain() async throws {
    let server = try TestServer.withPages()
    _ = try await server.signUp()
    let client = OAuthTestClient(server: server)
    let browser = TestBrowser(server)
    let first = try await browser.open(try await client.push(), client)
    _ = try await browser.signIn(first, isRemembered: true)
    for changes in [["prompt": "login"], ["max_age": "0"]] as [[String: String?]] {
      let pushed = try await client.push(changes)
      if changes["max_age"] != nil { try await Task.sleep(for: .seconds(1.1)) }
      let page = try await browser.open(pushed, client)
      #expect(page.title == "Sign in" && page.text.contains("value=\"alice.test\""))
      // Choosing the account in the URL does not replace the password.
      let url = try TestBrowser.url(pushed, client)
      let did = try #require(try await server.domain.accounts.account(Handle("alice.test"))?.did)
      #expect(try await browser.get("\(url)&account=\(did)").title == "Sign in")
      #expect(try await browser.get("\(url)&account=\(did)&proof=x").title == "Sign in")
      let consent = try await browser.signIn(page)
      #expect(consent.title.hasPrefix("Allow"))
      #expect(try await browser.press(consent, "Authorize").result["code"] != nil)
    }
  }

  @Test func promptNoneAnswersWithoutAPage() async throws {
    let server = try TestServer.withPages()
    _ = try await server.signUp()
    let client = OAuthTestClient.web(server, isConfidential: true)
    let browser = TestBrowser(server)
    func silent(_ hint: String? = nil) async throws -> [String: String] {
      let pushed = try await client.push(["prompt": "none", "login_hint": hint])
      return try await browser.open(pushed, client).result
    }
    #expect(try await silent()["error"] == "login_required")
    let page = try await browser.open(try await client.push(), client)
    let consent = try await browser.signIn(page, isRemembered: true)
    #expect(try await silent()["error"] == "consent_required")
    _ = try await browser.press(consent, "Authorize")
    #expect(try await silent()["code"] != nil)
    #expect(try await silent("alice.test")["code"] != nil)
    #expect(try await silent("bob.test")["error"] == "login_required")

    _ = try await server.signUp("bob")
    let other = try await browser.open(try await client.push(["prompt": "login"]), client)
    _ = try await browser.signIn(other, "bob.test", isRemembered: true)
    #expect(try await silent()["error"] == "account_selection_required")
    // A hint is enough to answer a known app without a page.
    let hinted = try await client.push(["login_hint": "alice.test"])
    #expect(try await browser.open(hinted, client).result["code"] != nil)
    let asked = try await client.push(["login_hint": "alice.test", "prompt": "consent"])
    #expect(try await browser.open(asked, client).title.hasPrefix("Allow"))
  }

  @Test func unknownPublicClientIsNeverAnsweredSilently() async throws {
    let server = try TestServer.withPages()
    _ = try await server.signUp()
    let client = OAuthTestClient(server: server)
    let browser = TestBrowser(server)
    for _ in 0..<2 {
      let pushed = try await client.push(["login_hint": "alice.test"])
      var page = try await browser.open(pushed, client)
      if page.title == "Sign in" { page = try await browser.signIn(page, isRemembered: true) }
      #expect(page.title.hasPrefix("Allow"))
      _ = try await browser.press(page, "Authorize")
    }
    // So there is nothing to remember.
    let did = try #require(try await server.domain.accounts.account(Handle("alice.test"))?.did)
    #expect(try await server.domain.oauth.sessions.consents(of: did).isEmpty)
  }

  @Test func accountIsCreatedOnRequest() async throws {
    let server = try TestServer.withPages { $0.isInviteRequired = true }
    let invite = try await server.administrator.comAtproto.server.createInviteCode(
      .init(useCount: 1)
    )
    let client = OAuthTestClient(server: server)
    let browser = TestBrowser(server)
    let page = try await browser.open(try await client.push(["prompt": "create"]), client)
    #expect(page.title == "Create an account")
    let values = [
      "handle": "carla.test", "email": "carla@mail.test", "password": Self.password,
      "invite": invite.code,
    ]
    for (name, value, part) in [
      ("handle", "x.test", "at least 3"), ("handle", "carla.example", "must end in"),
      ("handle", "no handle", "not a valid handle"), ("password", "short", "8 to 256"),
      ("invite", "wrong", "not available"), ("email", "no", "email"),
    ] {
      let refused = try await browser.press(
        page,
        "Create account",
        values.merging([name: value]) { $1 }
      )
      #expect(refused.status == 400, "\(name)")
      #expect(refused.text.contains("role=\"alert\""), "\(part)")
    }
    let consent = try await browser.press(page, "Create account", values)
    #expect(consent.title.hasPrefix("Allow") && consent.text.contains("@carla.test"))
    let code = try #require(try await browser.press(consent, "Authorize").result["code"])
    _ = try OAuthTestTokens(try await client.exchange(code))
    // The account is like any other.
    _ = try await server.client.comAtproto.server.createSession(
      .init(identifier: "carla.test", password: Self.password)
    )
  }

  @Test func trustedClientIsShownWithNameAndLogo() async throws {
    for isTrusted in [false, true] {
      let server = try TestServer.withPages {
        if isTrusted { $0.oauth.trustedClients = ["https://app.example.com/client.json"] }
      }
      _ = try await server.signUp()
      let client = OAuthTestClient.web(server) {
        $0["client_name"] = "Nice \u{0D4E}<b>App</b>"
        $0["logo_uri"] = "https://app.example.com/logo.png"
      }
      let browser = TestBrowser(server)
      let page = try await browser.open(try await client.push(), client)
      let consent = try await browser.signIn(page)
      for page in [page, consent] {
        #expect(page.text.contains("<code>https://<b>app.example.com</b>/client.json</code>"))
        #expect(page.text.contains("Nice") == isTrusted)
        #expect(page.text.contains("logo.png") == isTrusted)
        #expect(!Array(page.text.utf8).contains(Array("\u{0D4E}<b>".utf8)))
      }
    }
  }

  @Test func permissionSetIsShownByItsTitleWithWhatItIncludes() async throws {
    let server = try TestServer.withPages()
    _ = try await server.signUp()
    let nsid: NSID = "com.example.garden.authBasic"
    let document: DataValue = [
      "$type": "com.atproto.lexicon.schema", "lexicon": 1, "id": .string(nsid.string),
      "defs": [
        "main": [
          "type": "permission-set", "title": "Tend your <garden>",
          "title:lang": ["de": "Deinen Garten pflegen"],
          "detail": "Plant and water.",
          "permissions": [
            [
              "type": "permission", "resource": "repo",
              "collection": ["com.example.garden.plant"], "action": ["create"],
            ]
          ],
        ]
      ],
    ]
    let now = currentSeconds()
    try await server.server.services.storage.store.write { transaction in
      try transaction.oauth.set(
        StoredPermissionSet(
          nsid: nsid,
          document: document.jsonBytes(),
          checkedAt: now,
          resolvedAt: now,
          expiresAt: now + 3600
        )
      )
    }
    let client = OAuthTestClient.web(server) { $0["scope"] = .string("atproto include:\(nsid)") }
    let pushed = try await client.push(["scope": "atproto include:\(nsid)"])
    let browser = TestBrowser(server)
    let consent = try await browser.signIn(try await browser.open(pushed, client))
    #expect(consent.text.contains("Tend your &lt;garden&gt;"))
    #expect(consent.text.contains("Plant and water."))
    #expect(consent.text.contains("com.example.garden.plant"))
    #expect(consent.text.contains(nsid.string))
    let german = try await browser.get(
      TestBrowser.url(pushed, client),
      [.acceptLanguage: "de-AT, en;q=0.5"]
    )
    #expect(german.text.contains("Deinen Garten pflegen"))
    // In the language of the page, although the person reads the other one, too.
    let english = try await browser.get(
      TestBrowser.url(pushed, client),
      [.acceptLanguage: "en, de;q=0.5"]
    )
    #expect(english.text.contains("Tend your &lt;garden&gt;"))

    let result = try await browser.press(consent, "Authorize").result
    let tokens = try await client.exchange(try #require(result["code"])).value
    #expect(tokens["scope"] == "atproto repo:com.example.garden.plant?action=create")
  }

  /// Scopes, whether the email can be left out, and what is granted if the box is checked.
  @Test(arguments: [
    ("atproto account:email repo:com.example.note", true, "atproto repo:com.example.note"),
    ("atproto account:email?action=manage blob:*/*", true, "atproto blob:*/*"),
    (
      "atproto account:email transition:generic", false, "atproto account:email transition:generic"
    ),
    ("atproto transition:email", false, "atproto transition:email"),
    ("atproto account:repo?action=manage", false, "atproto account:repo?action=manage"),
  ])
  func emailCanBeLeftOut(_ scope: String, _ isOptional: Bool, _ rest: String) async throws {
    let server = try TestServer.withPages()
    let alice = try await server.signUp()
    for isChecked in [false, true] {
      let client = OAuthTestClient.web(server) { $0["scope"] = .string(scope) }
      let browser = TestBrowser(server)
      let page = try await browser.open(try await client.push(["scope": scope]), client)
      let consent = try await browser.signIn(page)
      #expect(consent.text.contains("Do not allow this") == isOptional)
      #expect(
        consent.text.contains(
          #"type="checkbox" name="without-email" value="true" form="authorize""#
        )
          == isOptional
      )
      let values = isChecked ? ["without-email": "true"] : [:]
      let result = try await browser.press(consent, "Authorize", values).result
      let answer = try await client.exchange(try #require(result["code"])).value
      #expect(answer["scope"]?.string == (isChecked ? rest : scope))
      let token = try #require(answer["access_token"]?.string)
      let session = try #require(try await server.oauthSession(token))
      #expect(session.did.string == alice.did.string)
      #expect(session.scope == (isChecked ? rest : scope))
    }
  }

  @Test func unknownRequestsGetAPageAndNoRedirect() async throws {
    let server = try TestServer.withPages()
    _ = try await server.signUp()
    let client = OAuthTestClient(server: server)
    let browser = TestBrowser(server)
    let url = try TestBrowser.url(try await client.push(), client)
    _ = try await browser.get(url)
    let prefix = "/oauth/authorize?"
    for (path, browser) in [
      (prefix, browser), (prefix + "client_id=http://localhost", browser),
      (prefix + "client_id=x&request_uri=urn:ietf:params:oauth:request_uri:req-x", browser),
      (prefix + "client_id=x&request_uri=https://evil.example.com/", browser),
      (url.replacing("http%3A%2F%2Flocalhost", with: "http%3A%2F%2Fevil"), browser),
      (url + "&client_id=twice", browser), (url + "&x=%ff", browser),
      // Another browser.
      (url, TestBrowser(server)),
    ] {
      let page = try await browser.get(path)
      #expect(page.status == 400 && page.location == nil, "\(path)")
      #expect(page.forms.isEmpty && page.text.contains("<h1"))
    }
    // Once answered, it is used up.
    let consent = try await browser.signIn(try await browser.get(url))
    _ = try await browser.press(consent, "Authorize")
    #expect(try await browser.get(url).status == 400)
    #expect(try await browser.press(consent, "Authorize").status == 400)
  }

  @Test func browserAndRequestSurviveARestart() async throws {
    let server = try TestServer.withPages()
    _ = try await server.signUp()
    let client = OAuthTestClient(server: server)
    let browser = TestBrowser(server)
    let url = try TestBrowser.url(try await client.push(), client)
    let consent = try await browser.signIn(try await browser.get(url), isRemembered: true)
    try server.server.close()
    let again = try TestServer(folder: server.folder, network: server.network) {
      $0.port = 2583
    }
    let same = TestBrowser(again)
    same.cookies.withLock { $0 = browser.cookies.withLock { $0 } }
    #expect(try await same.get(url).title.hasPrefix("Allow"))
    let answer = try await same.press(consent, "Authorize")
    #expect(try answer.result["code"] != nil)
  }
}
