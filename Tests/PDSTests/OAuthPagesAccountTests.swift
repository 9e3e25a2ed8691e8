import ATProtoAuth
import ATProtoData
import ATProtoHTTP
import ATProtoSyntax
import ComAtprotoAPI
import HTTPTypes
import Testing
import XRPC

@testable import PDS

@Suite struct OAuthPagesAccountTests {
  private static let password = SessionTests.password

  private func signedIn(
    _ server: TestServer,
    fields: HTTPFields = [.userAgent: "Mozilla/5.0 (X11; Linux x86_64) Firefox/150.0"]
  ) async throws -> (browser: TestBrowser, page: TestPage) {
    let browser = TestBrowser(server, fields: fields)
    let form = try await browser.get("/account")
    return (browser, try await browser.signIn(form))
  }

  @Test func appsAreListedAndRevoked() async throws {
    let server = try TestServer.withPages()
    let alice = try await server.signUp()
    let client = OAuthTestClient(server: server)
    let tokens = try await client.session(of: alice)
    let (browser, page) = try await signedIn(server)
    #expect(page.title == "Your account")
    #expect(page.text.contains("http://localhost?redirect_uri"))
    #expect(page.text.contains("all your public data, such as posts"))
    let after = try await browser.press(page, "Revoke")
    #expect(after.text.contains("The app has no access any more."))
    #expect(after.text.contains("No app has access"))
    #expect(try await server.oauthSession(tokens.access) == nil)
  }

  @Test(arguments: [true, false])
  func nameAndLogoOfTrustedAppsAreShown(_ isTrusted: Bool) async throws {
    let server = try TestServer.withPages {
      if isTrusted { $0.oauth.trustedClients = ["https://app.example.com/client.json"] }
    }
    let alice = try await server.signUp()
    let client = OAuthTestClient.web(server) {
      $0["client_name"] = "Nice \u{0D4E}<b>App</b>"
      $0["logo_uri"] = "https://app.example.com/logo.png"
    }
    _ = try await client.session(of: alice)
    let (_, page) = try await signedIn(server)
    #expect(page.text.contains("<code>https://app.example.com/client.json</code>"))
    #expect(page.text.contains("Nice") == isTrusted)
    #expect(page.text.contains("logo.png") == isTrusted)
    #expect(!Array(page.text.utf8).contains(Array("\u{0D4E}<b>".utf8)))
    let policy = try #require(page.response["Content-Security-Policy"])
    #expect(policy.contains("https://app.example.com") == isTrusted)
  }

  /// A trusted app whose document is gone is shown by its ID.
  @Test func appWithoutDocumentIsShownByItsID() async throws {
    let server = try TestServer.withPages {
      $0.oauth.trustedClients = ["https://app.example.com/client.json"]
    }
    let alice = try await server.signUp()
    _ = try await OAuthTestClient.web(server).session(of: alice)
    server.network.add("app.example.com") { _, _ in .json([:]) }
    try server.server.close()
    let again = try TestServer(folder: server.folder, network: server.network) {
      $0.port = 2583
      $0.oauth.trustedClients = ["https://app.example.com/client.json"]
    }
    let (_, page) = try await signedIn(again)
    #expect(page.text.contains("<code>https://app.example.com/client.json</code>"))
  }

  @Test func earlierConsentIsListedAndForgotten() async throws {
    let server = try TestServer.withPages()
    let alice = try await server.signUp()
    var client = OAuthTestClient.web(server, isConfidential: true)
    func consent() async throws -> OAuthConsent? {
      let (did, id) = (try alice.did.parsed(), "https://app.example.com/client.json")
      return try await server.server.services.storage.store.read { transaction in
        try transaction.oauth.consent(of: did, to: id)
      }
    }
    let tokens = try await client.session(of: alice)
    let (browser, page) = try await signedIn(server)
    #expect(!page.text.contains("Apps that you allowed before"))
    // The client ends the session; the consent stays.
    let session = try #require(try await server.oauthSession(tokens.access))
    try await server.server.services.storage.store.write { transaction in
      try transaction.oauth.endSession(session.id)
    }
    let later = try await browser.get("/account")
    #expect(later.text.contains("Apps that you allowed before") && later.text.contains(client.id))
    #expect(try await consent() != nil)
    let after = try await browser.press(later, "Forget")
    #expect(after.text.contains("The app will ask you again."))
    #expect(try await consent() == nil)
    // Revoking withdraws the consent, too.
    client.verifier = PKCE.makeVerifier()
    _ = try await client.session(of: alice)
    #expect(try await consent() != nil)
    _ = try await browser.press(try await browser.get("/account"), "Revoke")
    #expect(try await consent() == nil)
  }

  @Test func sessionsOfOthersAreNotRevoked() async throws {
    let server = try TestServer.withPages()
    _ = try await server.signUp()
    let bob = try await server.signUp("bob")
    let client = OAuthTestClient(server: server)
    let tokens = try await client.session(of: bob)
    let id = try #require(try await server.oauthSession(tokens.access)?.id)
    let (browser, page) = try await signedIn(server)
    let values = ["step": "revoke-session", "session": id]
    _ = try await browser.press(page, "Sign out", values)
    #expect(try await server.oauthSession(tokens.access) != nil)
    // Nor with the name of an account that is not signed in here.
    let answer = try await browser.submit(
      page,
      "Sign out",
      values.merging(["account": bob.did.string]) { $1 }
    )
    #expect(answer.location == "/account?account=\(bob.did.string.replacing(":", with: "%3A"))")
    #expect(try await server.oauthSession(tokens.access) != nil)
  }

  @Test func browsersAreListedAndSignedOut() async throws {
    let server = try TestServer.withPages()
    _ = try await server.signUp()
    let (first, _) = try await signedIn(
      server,
      fields: [.userAgent: "\u{0D4E}<img src=x> Mozilla/5.0 (iPhone) Safari/1"]
    )
    let (second, page) = try await signedIn(server)
    #expect(page.text.contains("Safari on iPhone") && page.text.contains("Firefox on Linux"))
    #expect(page.text.contains("192.0.2.1"))
    #expect(!page.text.contains("<img src=x"))
    let after = try await second.press(page, "Sign out Safari on iPhone")
    #expect(after.text.contains("The browser is signed out."))
    #expect(try await first.get("/account").title == "Sign in to your account")
    let out = try await second.press(after, "Sign out")
    #expect(out.title == "Sign in to your account")
  }

  @Test func appPasswordsAreCreatedAndRevoked() async throws {
    let server = try TestServer.withPages()
    _ = try await server.signUp()
    let (browser, _) = try await signedIn(server)
    let form = try await browser.get("/account/app-password")
    let values = ["name": "a \"\u{301}<b>app", "password": Self.password, "privileged": "true"]
    let wrong = try await browser.press(
      form,
      "Create app password",
      values.merging(["password": "wrong"]) { $1 }
    )
    #expect(wrong.status == 400)
    let made = try await browser.press(form, "Create app password", values)
    let secret = try #require(made.text.firstMatch(of: /[a-z2-7]{4}(-[a-z2-7]{4}){3}/))
    let session = try await server.client.comAtproto.server.createSession(
      .init(identifier: "alice.test", password: String(secret.0))
    )
    let page = try await browser.get("/account")
    #expect(!Array(page.text.utf8).contains(Array("\"\u{301}".utf8)))
    #expect(!page.text.contains(String(secret.0)))
    let after = try await browser.press(page, "Revoke")
    #expect(after.text.contains("The app password no longer works."))
    let outcome = await refusal {
      try await server.client(token: session.accessJwt).comAtproto.server.getSession()
    }
    #expect(outcome == "400 ExpiredToken")
  }

  @Test func passwordChangeEndsEverythingElse() async throws {
    let server = try TestServer.withPages()
    let alice = try await server.signUp()
    let tokens = try await OAuthTestClient(server: server).session(of: alice)
    let (other, _) = try await signedIn(server)
    let (browser, _) = try await signedIn(server)
    let redirect = try await browser.get("/.well-known/change-password")
    #expect(redirect.location == "/account/password")
    let form = try await browser.get("/account/password")
    #expect(form.title == "Change your password")
    let new = "another horse battery"
    func change(_ current: String, _ new: String, _ again: String) async throws -> TestPage {
      try await browser.press(
        form,
        "Change password",
        ["password": current, "new-password": new, "new-password-again": again]
      )
    }
    #expect(try await change("wrong", new, new).status == 400)
    #expect(try await change(Self.password, new, "other").status == 400)
    #expect(try await change(Self.password, "short", "short").status == 400)
    let done = try await change(Self.password, new, new)
    #expect(done.title == "Your account" && done.text.contains("Your password is changed."))
    #expect(try await server.oauthSession(tokens.access) == nil)
    #expect(try await other.get("/account").title == "Sign in to your account")
    let outcome = await refusal { try await alice.client.comAtproto.server.getSession() }
    #expect(outcome == "400 ExpiredToken")
    _ = try await server.client.comAtproto.server.createSession(
      .init(identifier: "alice.test", password: new)
    )
  }

  @Test func handleAndEmailAreChanged() async throws {
    let server = try TestServer.withPages()
    _ = try await server.signUp()
    _ = try await server.signUp("bob")
    let (browser, _) = try await signedIn(server)
    let handle = try await browser.get("/account/handle")
    for wrong in ["bob.test", "x.test", "no handle", "alice.elsewhere.example.com"] {
      #expect(try await browser.press(handle, "Change handle", ["handle": wrong]).status == 400)
    }
    let changed = try await browser.press(handle, "Change handle", ["handle": "@Ally.test"])
    #expect(changed.text.contains("@ally.test") && changed.text.contains("Your handle is changed."))

    let confirm = try await browser.press(try await browser.get("/account/email"), "Send a code")
    #expect(confirm.title == "Confirm your email")
    let code = try server.mailedToken()
    #expect(try await browser.press(confirm, "Confirm", ["code": "x"]).status == 400)
    let confirmed = try await browser.press(confirm, "Confirm", ["code": code])
    #expect(confirmed.text.contains("Your email is confirmed."))

    let email = try await browser.get("/account/email")
    let values = ["email": "ally@mail.test", "password": Self.password]
    let asked = try await browser.press(email, "Change email", values)
    #expect(asked.status == 200 && asked.text.contains("We sent a code to alice@mail.test"))
    let token = try server.mailedToken()
    let done = try await browser.press(
      asked,
      "Change email",
      values.merging(["code": token]) { $1 }
    )
    #expect(done.text.contains("ally@mail.test") && done.text.contains("not confirmed"))
  }

  @Test func accountIsDeactivatedActivatedExportedAndDeleted() async throws {
    let server = try TestServer.withPages()
    let alice = try await server.signUp()
    let (browser, _) = try await signedIn(server)
    let form = try await browser.get("/account/deactivate")
    #expect(try await browser.press(form, "Deactivate", ["password": "wrong"]).status == 400)
    let hidden = try await browser.press(form, "Deactivate", ["password": Self.password])
    #expect(hidden.text.contains("Your account is deactivated."))
    let export = try await browser.get("/account/export")
    #expect(export.response["Content-Type"] == "application/vnd.ipld.car")
    #expect(export.response["Content-Disposition"] == "attachment; filename=\"alice.test.car\"")
    #expect(export.response.body.count > 100)
    let back = try await browser.press(try await browser.get("/account/activate"), "Activate")
    #expect(back.text.contains("Your account is active again."))

    let ask = try await browser.press(try await browser.get("/account/delete"), "Send the code")
    let code = try server.mailedToken()
    let values = ["password": Self.password, "code": code]
    for wrong in [["password": "wrong"], ["code": "AAAAA-AAAAA"]] {
      let page = try await browser.press(ask, "Delete my account", values.merging(wrong) { $1 })
      #expect(page.status == 400)
    }
    let gone = try await browser.press(ask, "Delete my account", values)
    #expect(gone.title == "Your account is deleted")
    #expect(try await server.domain.accounts.account(alice.did.parsed()) == nil)
    #expect(try await browser.get("/account").title == "Sign in to your account")
  }

  @Test func forgottenPasswordIsResetByMail() async throws {
    let server = try TestServer.withPages()
    _ = try await server.signUp()
    let browser = TestBrowser(server)
    let form = try await browser.get("/account/reset")
    let unknown = try await browser.press(form, "Send the code", ["email": "nobody@mail.test"])
    let known = try await browser.press(form, "Send the code", ["email": "alice@mail.test"])
    #expect(unknown.text == known.text)
    try await server.waitForMail()
    let values = ["code": try server.mailedToken(), "new-password": "another horse battery"]
    #expect(
      try await browser.press(known, "Set password", values.merging(["code": "x"]) { $1 }).status
        == 400
    )
    #expect(
      try await browser.press(known, "Set password", values).title == "Your password is changed"
    )
    _ = try await server.client.comAtproto.server.createSession(
      .init(identifier: "alice.test", password: "another horse battery")
    )
  }

  @Test func severalAccountsHaveTheirOwnPages() async throws {
    let server = try TestServer.withPages()
    _ = try await server.signUp()
    _ = try await server.signUp("bob")
    let (browser, _) = try await signedIn(server)
    let bob = try #require(try await server.domain.accounts.account(Handle("bob.test"))?.did)
    let form = try await browser.get("/account?account=\(bob)")
    #expect(form.title == "Sign in to your account")
    let page = try await browser.signIn(form, "bob.test")
    #expect(page.text.contains("@bob.test"))
    let choice = try await browser.get("/account")
    #expect(choice.title == "Choose an account")
    let alice = try await browser.press(choice, "a@alice.test")
    #expect(alice.title == "Your account" && alice.text.contains("@alice.test"))
  }
}
