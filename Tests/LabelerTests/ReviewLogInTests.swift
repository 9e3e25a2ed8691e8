import ATProtoAuth
import ATProtoHTTP
import ATProtoSyntax
import HTTPTypes
import Testing

@testable import Labeler

/// The log-in to the review page, up to the account's server; `LabelerPeerTests` has the rest.
@Suite struct ReviewLogInTests {
  private static let forwarded = HTTPField.Name("X-Forwarded-For")!

  /// The form of the log-in page, and the cookie that goes with it.
  private func form(
    _ labeler: RunningTestLabeler,
    _ fields: HTTPFields = [:]
  ) async throws -> (token: String, cookie: String) {
    let page = try await labeler.send(.get, "/review/login", fields)
    #expect(page.head.status == .ok)
    let start = try #require(page.text.firstRange(of: "name=\"csrf\" value=\""), "\(page.text)")
    let cookie = try #require(page.head.headerFields[.setCookie])
    return (
      String(page.text[start.upperBound...].prefix { $0 != "\"" }),
      String(cookie.prefix { $0 != ";" })
    )
  }

  private func send(
    _ labeler: RunningTestLabeler,
    _ handle: String,
    token: String,
    cookie: String?,
    _ extra: HTTPFields = [:]
  ) async throws -> HTTPTransportResponse {
    var fields = extra
    fields[.contentType] = "application/x-www-form-urlencoded"
    fields[.cookie] = cookie
    let body = FormParameters(["csrf": token, "handle": handle]).form
    return try await labeler.send(
      .post,
      "/review/login",
      fields,
      String(decoding: body, as: UTF8.self)
    )
  }

  @Test func logInLeadsToTheAccountsServerAndIsBoundToTheBrowser() async throws {
    try await LabelerWorld.run { world in
      let account = try await world.account("carol")
      let (token, cookie) = try await form(world.labeler)
      let answer = try await send(
        world.labeler,
        account.did.string,
        token: token,
        cookie: cookie
      )
      #expect(answer.head.status == .seeOther, "\(answer.text)")
      #expect(answer.location?.hasPrefix("\(world.pds)/oauth/authorize?") == true)
      let state = answer.head.headerFields[.setCookie]?.prefix { $0 != ";" }
      #expect(state?.hasPrefix("review-state=") == true && state != cookie[...])

      // The same answer in another browser.
      let value = state?.split(separator: "=").last ?? ""
      let callback = "/review/callback?state=\(value)&iss=\(world.pds)&code=x"
      let other = try await world.labeler.send(.get, callback, [.cookie: cookie])
      #expect(other.head.status == .forbidden && other.text.contains("another browser"))
      let none = try await world.labeler.send(.get, callback)
      #expect(none.head.status == .forbidden)
    }
  }

  @Test(arguments: ["", "alice", "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa", "<script>"])
  func unknownAccountIsExplained(_ handle: String) async throws {
    try await LabelerWorld.servers { plc, _ in
      try await RunningTestLabeler.run(plc: plc) { labeler in
        let (token, cookie) = try await form(labeler)
        let answer = try await send(labeler, handle, token: token, cookie: cookie)
        #expect(answer.head.status == .badRequest)
        #expect(answer.text.contains("role=\"alert\"") && !answer.text.contains("<script>"))
      }
    }
  }

  @Test func formOfAnotherBrowserOrSiteIsRefused() async throws {
    try await LabelerWorld.servers { plc, _ in
      try await RunningTestLabeler.run(plc: plc) { labeler in
        let (token, cookie) = try await form(labeler)
        let (other, _) = try await form(labeler)
        let site = HTTPField.Name("Sec-Fetch-Site")!
        for answer in [
          try await send(labeler, "a.com", token: other, cookie: cookie),
          try await send(labeler, "a.com", token: token, cookie: nil),
          try await send(labeler, "a.com", token: token, cookie: cookie, [site: "cross-site"]),
        ] {
          #expect(answer.head.status == .forbidden)
        }
      }
    }
  }

  @Test func attemptsAreLimitedByNetwork() async throws {
    try await LabelerWorld.servers { plc, _ in
      try await RunningTestLabeler.run(
        plc: plc,
        configure: {
          $0.hasRateLimits = true
          $0.trustedProxies = 1
        }
      ) { labeler in
        let client: HTTPFields = [Self.forwarded: "192.0.2.1"]
        let (token, cookie) = try await form(labeler, client)
        for number in 1...21 {
          let answer = try await send(labeler, "", token: token, cookie: cookie, client)
          #expect(answer.head.status == (number <= 20 ? .badRequest : .tooManyRequests))
        }
        let other = try await send(
          labeler,
          "",
          token: token,
          cookie: cookie,
          [Self.forwarded: "192.0.2.2"]
        )
        #expect(other.head.status == .badRequest)
      }
    }
  }
}
