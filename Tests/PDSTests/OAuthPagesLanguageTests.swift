import ATProtoAuth
import ATProtoData
import ATProtoSyntax
import HTTPTypes
import Testing

@testable import PDS

/// The language of the pages. That none lacks a phrase is checked by the compiler.
@Suite struct OAuthPagesLanguageTests {
  /// `ui_locales`, `Accept-Language`, the language of the page, and those of other texts.
  @Test(
    arguments: [
      ([], nil, .english, []), ([], "de-AT, en;q=0.5", .german, ["de-AT"]),
      ([], "sv, nl;q=0.9", .english, ["sv", "nl"]),
      ([], "sv, fr-CA;q=0.9, de;q=0.8", .french, ["sv", "fr-CA"]),
      (["ja"], "de", .japanese, ["ja"]), (["sv"], "pt-PT, de;q=0.1", .portuguese, ["sv", "pt-PT"]),
      (["EN-us"], "de", .english, ["EN-us"]), ([], "es-419", .spanish, ["es-419"]),
      ([], "pt-BR", .portuguese, ["pt-BR"]), ([], "d, dex, -, *", .english, ["d", "dex", "-"]),
    ] as [([String], String?, PageLanguage, [String])]
  )
  func firstLanguageThatThePagesHaveIsChosen(
    _ requested: [String],
    _ accepted: String?,
    _ page: PageLanguage,
    _ texts: [String]
  ) {
    var fields = HTTPFields()
    fields[.acceptLanguage] = accepted
    let languages = PageLanguages(fields, requested: requested)
    #expect(languages.page == page)
    #expect(languages.forTexts == texts)
  }

  @Test func metadataListsTheLanguages() async throws {
    let server = try TestServer.withPages()
    let metadata = try await server.web(.get, "/.well-known/oauth-authorization-server").value
    let locales = metadata["ui_locales_supported"]?.array?.compactMap(\.string)
    #expect(locales == ["en", "de", "es", "fr", "ja", "pt-BR"])
  }

  @Test(arguments: PageLanguage.allCases)
  func everyPageIsInOneLanguage(_ language: PageLanguage) async throws {
    let server = try TestServer.withPages()
    _ = try await server.signUp()
    let client = OAuthTestClient(server: server)
    let browser = TestBrowser(server, fields: [.acceptLanguage: language.tag])
    var pages = [try await browser.open(try await client.push(), client)]
    let button = language(.signIn)
    let credentials = [
      "identifier": "alice.test", "password": SessionTests.password, "remember": "true",
    ]
    pages.append(try await browser.press(pages[0], button, ["identifier": "x", "password": "y"]))
    pages.append(try await browser.press(pages[0], button, credentials))
    let stranger = TestBrowser(server, fields: [.acceptLanguage: language.tag])
    pages.append(try await stranger.get("/account"))
    for section in AccountSection.allCases where section != .export {
      pages.append(try await browser.get(section.path))
    }
    pages.append(try await browser.get("/account/reset"))
    pages.append(try await browser.get("/oauth/authorize"))
    pages.append(try await browser.request(.delete, "/account"))
    for page in pages {
      #expect(page.text.contains(#"<html lang="\#(language.tag)">"#), "\(page.url)")
      #expect(page.response["Content-Language"] == language.tag)
      #expect(page.text.contains(">\(TestPage.escaped(language(.skipToContent)))</a>"))
      guard language != .english else { continue }
      for words in ["Sign in", "Back to", "Your ", "Password", " the ", "Cancel<"] {
        #expect(!page.text.contains(words), "\(page.url): \(words)")
      }
    }
    #expect(pages[0].title == language(.signIn))
    #expect(pages[1].text.contains(TestPage.escaped(language(.wrongCredentials))))
    #expect(pages[2].title == language(.consentTitle(app: nil)))
  }

  @Test func requestChoosesTheLanguageAlsoOfItsErrors() async throws {
    let server = try TestServer.withPages()
    _ = try await server.signUp()
    let client = OAuthTestClient(server: server)
    let browser = TestBrowser(server, fields: [.acceptLanguage: "de"])
    let page = try await browser.open(try await client.push(["ui_locales": "xx fr-CA es"]), client)
    #expect(page.title == "Se connecter" && page.text.contains(#"<html lang="fr">"#))
    let again = try await browser.press(page, "Se connecter", ["identifier": "x", "password": "y"])
    #expect(again.status == 400 && again.text.contains("incorrect"))
    let refused = try await browser.submit(page, "Se connecter", ["csrf": "x"])
    #expect(refused.status == 403 && refused.title == "Ce formulaire a expiré")
    // A request that this server does not know asks for no language.
    #expect(try await browser.get("/oauth/authorize").title == "Dieser Link funktioniert nicht")
  }

  @Test func domainErrorsAreSaidInTheLanguage() async throws {
    let server = try TestServer.withPages()
    _ = try await server.signUp()
    _ = try await server.signUp("bob")
    let browser = TestBrowser(server, fields: [.acceptLanguage: "de"])
    let form = try await browser.get("/account")
    _ = try await browser.signInGerman(form)
    let handle = try await browser.get("/account/handle")
    let taken = try await browser.press(handle, "Handle ändern", ["handle": "bob.test"])
    #expect(taken.status == 400 && taken.text.contains("Dieser Handle ist nicht verfügbar."))
    let password = try await browser.get("/account/password")
    let short = try await browser.press(
      password,
      "Passwort ändern",
      ["password": SessionTests.password, "new-password": "x", "new-password-again": "x"]
    )
    #expect(short.status == 400 && short.text.contains("8 bis 256 Zeichen"))
  }

  @Test func permissionsAreSaidInEveryLanguage() throws {
    let scope = try OAuthScope(
      """
      atproto repo:app.bsky.feed.post repo:app.bsky.feed.like?action=create repo:com.example.a \
      rpc:com.example.b?aud=did:web:example.com%23x blob:image/* account:email identity:handle
      """
    )
    for language in PageLanguage.allCases {
      let sentences = PermissionWords.sentences(of: scope).map { language($0.text) }
      #expect(Set(sentences).count == 8, "\(sentences)")
      for sentence in sentences {
        #expect(!sentence.isEmpty && !sentence.hasPrefix(" ") && !sentence.contains("  "))
        #expect(sentence.capitalizedFirst == sentence)
      }
    }
    let german = PermissionWords.sentences(of: scope).map { PageLanguage.german($0.text) }
    #expect(german.contains("Deine Beiträge erstellen, ändern und löschen"))
    #expect(german.contains("Deine Likes erstellen"))
    #expect(
      german.contains("Diese Anfrage in deinem Namen an den Dienst did:web:example.com#x senden")
    )
  }

  /// Links are in brackets, and punctuation follows the language.
  @Test(arguments: PageLanguage.allCases) func phrasesAreWellFormed(_ language: PageLanguage) {
    let text = language(.canWithdraw)
    #expect(text.count { $0 == "[" } == 1 && text.count { $0 == "]" } == 1)
    #expect(language.list(["a", "b", "c"]).contains("a"))
    for count in [1, 2] {
      for phrase in [
        Phrase.minutesAgo(count), .hoursAgo(count), .daysAgo(count), .usesLeft(count),
        .wait(seconds: 60 * count), .wait(seconds: 6_000 * count), .wait(seconds: count),
      ] {
        #expect(language(phrase).contains { $0.isNumber })
      }
    }
    #expect(language(.date(year: 2026, month: 12, day: 31)).contains("2026"))
  }
}

extension TestBrowser {
  fileprivate func signInGerman(_ page: TestPage) async throws -> TestPage {
    try await press(
      page,
      "Anmelden",
      ["identifier": "alice.test", "password": SessionTests.password]
    )
  }
}

extension TestPage {
  /// As text appears in HTML.
  fileprivate static func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("'", with: "&#39;")
      .replacing("\"", with: "&quot;")
  }
}
