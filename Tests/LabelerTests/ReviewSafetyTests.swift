import ATProtoCrypto
import ATProtoData
import ATProtoHTTP
import ATProtoSyntax
import ComAtprotoAPI
import HTTPTypes
import Testing

@testable import Labeler

/// The review page against strangers: in records, in forms, and in links.
@Suite struct ReviewSafetyTests {
  private static let subject = "did:web:somebody.example.com"

  @Test(arguments: ["/review/", "/review/subject?uri=did:web:a.example.com", "/review/team"])
  func strangerIsSentToTheLogIn(_ path: String) async throws {
    try await LabelerWorld.servers { plc, _ in
      try await RunningTestLabeler.run(plc: plc) { labeler in
        let browser = try await ReviewBrowser(labeler, as: nil)
        let answer = try await browser.get(path)
        #expect(answer.head.status == .seeOther)
        #expect(answer.location?.hasPrefix("/review/login") == true)
        let post = try await browser.post(
          "/review/subject",
          ["action": "takedown", "uri": Self.subject, "csrf": "x"]
        )
        #expect(post.head.status == .seeOther)
        let events = try await labeler.server.services.domain.desk.events(EventFilter()).events
        #expect(events.isEmpty, "nothing is done without a session")
      }
    }
  }

  @Test func markupOfStrangersIsShownAsText() async throws {
    try await LabelerWorld.run { world in
      let labeler = world.labeler
      let author = try await world.account("author")
      let post = try await author.post("<script>alert(1)</script>\u{202E}gnp.exe")
      try await author.report(post, to: labeler.did, text: "<img src=x onerror=alert(2)>")
      let browser = try await ReviewBrowser(labeler, as: labeler.did)
      let page = try await browser.get(ReviewLink.subject(post.uri.string))
      #expect(page.head.status == .ok)
      #expect(!page.text.contains("<script>") && !page.text.contains("<img"))
      #expect(page.text.contains("&lt;script&gt;alert(1)&lt;/script&gt;gnp.exe"))
      #expect(page.text.contains("&lt;img src=x onerror=alert(2)&gt;"))
    }
  }

  /// Sec-Fetch-Site, Origin, and whether the form is accepted.
  @Test(
    arguments: [
      ([:], true), (["Sec-Fetch-Site": "same-origin"], true), (["Sec-Fetch-Site": "none"], true),
      (["Sec-Fetch-Site": "cross-site"], false), (["Sec-Fetch-Site": "same-site"], false),
      (["Origin": "https://evil.example.com"], false), (["Origin": "null"], false),
    ] as [([String: String], Bool)]
  )
  func formsOfOtherSitesAreRefused(_ fields: [String: String], _ isAccepted: Bool) async throws {
    try await LabelerWorld.servers { plc, _ in
      try await RunningTestLabeler.run(plc: plc) { labeler in
        let browser = try await ReviewBrowser(labeler, as: labeler.did)
        var extra = HTTPFields()
        for (name, value) in fields { extra[HTTPField.Name(name)!] = value }
        let answer = try await browser.post(
          "/review/subject",
          ["csrf": try await browser.token(), "uri": Self.subject, "action": "escalate"],
          extra
        )
        #expect((answer.head.status == .seeOther) == isAccepted, "\(answer.head.status)")
      }
    }
  }

  @Test func tokenOfAnotherSessionIsRefused() async throws {
    try await LabelerWorld.servers { plc, _ in
      try await RunningTestLabeler.run(plc: plc) { labeler in
        let browser = try await ReviewBrowser(labeler, as: labeler.did)
        let other = try await ReviewBrowser(labeler, as: labeler.did)
        for token in [try await other.token(), "", "x"] {
          let answer = try await browser.post(
            "/review/subject",
            ["csrf": token, "uri": Self.subject, "action": "takedown"]
          )
          #expect(answer.head.status == .forbidden)
        }
        #expect(
          try await labeler.client.comAtproto.label.queryLabels(
            .init(uriPatterns: ["*"])
          ).labels.isEmpty
        )
      }
    }
  }

  @Test func pagesCannotBeEmbeddedOrCached() async throws {
    try await LabelerWorld.servers { plc, _ in
      try await RunningTestLabeler.run(plc: plc) { labeler in
        let browser = try await ReviewBrowser(labeler, as: labeler.did)
        let page = try await browser.get("/review/")
        let fields = page.head.headerFields
        #expect(fields[.contentSecurityPolicy]?.contains("frame-ancestors 'none'") == true)
        #expect(fields[.contentSecurityPolicy]?.contains("default-src 'none'") == true)
        #expect(fields[.contentSecurityPolicy]?.contains("form-action 'self'") == true)
        #expect(fields[HTTPField.Name("X-Frame-Options")!] == "DENY")
        #expect(fields[.cacheControl] == "no-store")
        #expect(fields[.accessControlAllowOrigin] == nil)
        let framed = try await browser.get(
          "/review/",
          [HTTPField.Name("Sec-Fetch-Dest")!: "iframe"]
        )
        #expect(framed.head.status == .forbidden)
      }
    }
  }

  @Test(arguments: [
    ("/review/subject?uri=did%3Aweb%3Aa.com", "/review/subject?uri=did%3Aweb%3Aa.com"),
    ("https://evil.example.com/", "/review/"), ("//evil.example.com/", "/review/"),
    ("/review//evil.example.com", "/review/"), ("/review/\\evil.example.com", "/review/"),
    ("/xrpc/com.atproto.server.deleteSession", "/review/"), ("/review/\r\nX: 1", "/review/"),
    ("javascript:alert(1)", "/review/"), ("", "/review/"),
  ])
  func nextPageIsAReviewPage(_ next: String, _ checked: String) {
    #expect(ReviewLink.checked(next) == checked)
  }

  @Test(arguments: ["", "alice", "at://did:web:a.com", "at://alice.test/a.b.c/d", "<b>"])
  func invalidSubjectIsRefused(_ text: String) {
    #expect(throws: ReviewProblem.self) { try SubjectPage.subject(text) }
  }

  @Test func sessionEndsAtLogOutAndAfterItsTime() async throws {
    try await LabelerWorld.servers { plc, _ in
      try await RunningTestLabeler.run(plc: plc) { labeler in
        let browser = try await ReviewBrowser(labeler, as: labeler.did)
        let answer = try await browser.post(
          "/review/logout",
          ["csrf": try await browser.token()]
        )
        #expect(answer.location == "/review/login")
        #expect(answer.head.headerFields[.setCookie]?.contains("Max-Age=0") == true)
        #expect(try await browser.get("/review/").head.status == .seeOther)

        let now = Datetime.Instant.now.wholeMilliseconds
        let session = ReviewSession(did: labeler.did, createdAt: 0, expiresAt: now - 1)
        try await labeler.server.services.storage.store.write { transaction throws in
          try transaction.reviewSessions.insert(session, hash: SHA256.hash("token").bytes)
        }
        let expired = try await labeler.send(.get, "/review/", [.cookie: "review=token"])
        #expect(expired.head.status == .seeOther)
      }
    }
  }

  @Test(arguments: [(true, "__Host-review=", true), (false, "review=", false)])
  func cookieIsProtected(_ isSecure: Bool, _ prefix: String, _ hasSecure: Bool) {
    let field = ReviewCookie.session.field("value", isSecure: isSecure)
    #expect(field.hasPrefix(prefix) && field.contains("HttpOnly"))
    #expect(field.contains("SameSite=Lax") && field.contains("Path=/;"))
    #expect(field.contains("Secure") == hasSecure)
  }

  @Test(arguments: [
    ("review=a", "a"), ("x=1; review=a", "a"), ("review=a; review=b", nil), ("review=", nil),
    ("Review=a", nil), ("__Host-review=a", nil),
  ])
  func cookieThatOccursTwiceIsIgnored(_ header: String, _ value: String?) {
    #expect(ReviewCookie.session.value(in: [.cookie: header], isSecure: false) == value)
  }

  /// A record may have any number of elements, as deep as the decoder allows.
  @Test func hugeRecordIsCut() {
    let wide = DataValue.array(Array(repeating: .string("a"), count: 100_000))
    #expect(RecordText.lines(of: ["list": wide]).split(separator: "\n").count <= 502)
    var deep: DataValue = "a"
    for _ in 0..<50 { deep = ["x": deep] }
    #expect(RecordText.lines(of: deep).contains("…"))
  }
}
