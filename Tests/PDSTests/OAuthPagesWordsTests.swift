import ATProtoAuth
import HTTPTypes
import Testing

@testable import PDS

@Suite struct OAuthPagesWordsTests {
  /// Scopes, and what they mean in words.
  @Test(arguments: [
    ("repo:app.bsky.feed.post", "Create, update, and delete your posts (app.bsky.feed.post)"),
    (
      "repo?collection=app.bsky.feed.like&collection=app.bsky.feed.post&action=create",
      "Create your likes and posts (app.bsky.feed.like app.bsky.feed.post)"
    ),
    (
      "repo:com.example.note?action=delete",
      "Delete your records of this kind (com.example.note)"
    ),
    ("repo:*", "Create, update, and delete all your public data, of any kind ()"),
    (
      "rpc:app.bsky.feed.getTimeline?aud=did:web:api.bsky.app%23bsky_appview",
      """
      Make this request to Bluesky as you (app.bsky.feed.getTimeline \
      did:web:api.bsky.app#bsky_appview)
      """
    ),
    (
      "rpc:*?aud=did:web:example.com%23x",
      "Use the service did:web:example.com#x as you, without limits ()"
    ),
    ("rpc:com.example.call?aud=*", "Make this request to any service as you (com.example.call)"),
    ("blob:*/*", "Upload files of any kind ()"),
    ("blob:image/*", "Upload images (image/*)"),
    ("blob?accept=image/png&accept=video/*", "Upload files of these kinds (image/png video/*)"),
    ("account:email", "See your email address ()"),
    ("account:email?action=manage", "See and change your email address ()"),
    ("account:repo?action=manage", "Replace all your data with a repository from elsewhere ()!"),
    ("identity:handle", "Change your handle ()"),
    (
      "identity:*",
      "Change your identity: your handle, your keys, and the server of your account ()!"
    ),
    ("transition:email", "See your email address ()"),
    ("transition:chat.bsky", ""),
    ("unknown:x", ""),
  ])
  func permissionsAreSaidInWords(_ value: String, _ expected: String) throws {
    let sentences = PermissionWords.sentences(of: try OAuthScope("atproto \(value)"))
    #expect(sentences.first?.text == .knowWhoYouAre)
    let text = sentences.dropFirst().map { sentence in
      "\(PageLanguage.english(sentence.text)) (\(sentence.terms.joined(separator: " ")))"
        + (sentence.isDangerous ? "!" : "")
    }
    #expect(text.joined(separator: "; ") == expected)
  }

  @Test func genericTransitionIsSpelledOut() throws {
    let scope = try OAuthScope("atproto transition:generic transition:chat.bsky")
    #expect(PermissionWords.sentences(of: scope).count == 5)
  }

  @Test func textOfStrangersIsCleaned() {
    #expect(DisplayText.cleaned("a\u{202E}b\u{0}c\nd", maximum: 9) == "ab c d")
    #expect(DisplayText.cleaned(String(repeating: "é", count: 9), maximum: 3) == "ééé…")
    #expect(DisplayText.sentence("the password is wrong") == "The password is wrong.")
    #expect(DisplayText.sentence("bob.test is already taken") == "bob.test is already taken.")
    #expect("é\u{301}a b".capitalizedFirst == "É\u{301}a b")
  }

  @Test func timesAreSaidInWords() {
    let now = 1_796_000_000
    for (age, words) in [
      (-5, "just now"), (59, "just now"), (60, "1 minute ago"), (7_200, "2 hours ago"),
      (90_000, "yesterday"), (3 * 86_400, "3 days ago"),
    ] {
      #expect(PageLanguage.english(DisplayTime.past(now - age, at: now)) == words)
    }
    #expect(PageLanguage.english(DisplayTime.date(0)) == "January 1, 1970")
    #expect(PageLanguage.german(DisplayTime.date(0)) == "1.1.1970")
    #expect(WaitingTime(0) == .seconds(1) && WaitingTime(61) == .seconds(61))
    #expect(WaitingTime(240) == .minutes(4) && WaitingTime(86_400) == .hours(24))
    #expect(PageLanguage.english(.wait(seconds: 240)) == "Wait 4 minutes, and try again.")
  }

  @Test(arguments: [
    (nil, "Unknown browser"), ("", "Unknown browser"), ("curl/8.5.0", "curl"),
    (
      "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140",
      "Edge on Windows"
    ),
    ("Mozilla/5.0 (Linux; Android 15) Chrome/140.0 Mobile Safari/537.36", "Chrome on Android"),
  ])
  func browsersHaveNames(_ userAgent: String?, _ name: String) {
    #expect(PageLanguage.english(BrowserName.describe(userAgent)) == name)
  }

  @Test func languagesAreOrderedByPreference() {
    let languages = PageLanguages(
      [.acceptLanguage: "en;q=0.5, pt-BR, *;q=0.1, fr;q=0, es;q=x"],
      requested: ["de"]
    )
    #expect(languages.preferred == ["de", "pt-BR", "en"])
  }

  @Test(arguments: [
    ("#000", "#ffffff"), ("#ffcc00", "#000000"), ("#2f5fd0", "#ffffff"), ("red", "#ffffff"),
    ("#ff", "#ffffff"), ("#fffff", "#ffffff"), ("#\u{661}\u{661}\u{661}", "#ffffff"),
  ])
  func lettersOnButtonsAreReadable(_ color: String, _ letters: String) {
    #expect(PageBrand.Colors(primary: color).onPrimary == letters)
  }
}
