import ATProtoAuth
import ATProtoHTTP
import ATProtoSyntax
import HTTPTypes
import Testing

@testable import Labeler

/// The log-in to the review page, up to the account's server; `LabelerPeerTests` has the rest.
@Suite struct ReviewLogInTests {
  private static let forwarded = HTTPField.Name("X-Forwarded-For")!

  @Test func logInLeadsToTheAccountsServerAndIsBoundToTheBrowser() async throws {
    try await LabelerWorld.run { world in
      let account = try await world.account("carol")
      let (token, cookie) = try await world.labeler.logInForm()
      let answer = try await world.labeler.logIn(
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
        let (token, cookie) = try await labeler.logInForm()
        let answer = try await labeler.logIn(handle, token: token, cookie: cookie)
        #expect(answer.head.status == .badRequest)
        #expect(answer.text.contains("role=\"alert\"") && !answer.text.contains("<script>"))
      }
    }
  }

  @Test func formOfAnotherBrowserOrSiteIsRefused() async throws {
    try await LabelerWorld.servers { plc, _ in
      try await RunningTestLabeler.run(plc: plc) { labeler in
        let (token, cookie) = try await labeler.logInForm()
        let (other, _) = try await labeler.logInForm()
        let site = HTTPField.Name("Sec-Fetch-Site")!
        for answer in [
          try await labeler.logIn("a.com", token: other, cookie: cookie),
          try await labeler.logIn("a.com", token: token, cookie: nil),
          try await labeler.logIn("a.com", token: token, cookie: cookie, [site: "cross-site"]),
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
        let (token, cookie) = try await labeler.logInForm(client)
        for number in 1...21 {
          let answer = try await labeler.logIn("", token: token, cookie: cookie, client)
          #expect(answer.head.status == (number <= 20 ? .badRequest : .tooManyRequests))
        }
        let other = try await labeler.logIn(
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
