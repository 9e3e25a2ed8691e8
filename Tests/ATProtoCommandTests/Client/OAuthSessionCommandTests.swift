import ATProtoData
import Foundation
import TestSupport
import Testing

/// Commands with the session of a login in the browser.
@Suite(.serialized) struct OAuthSessionCommandTests {
  @Test func whoamiShowsTheScopes() throws {
    let fixture = try OAuthSessionFixture()
    let shown = try fixture.run("whoami", "--json")
    #expect(shown.status == 0, "\(shown.errors)")
    let session = try DataValue(json: try #require(shown.lines.first))
    #expect(session["did"] == .string(OAuthSessionFixture.did))
    #expect(session["service"] == .string(fixture.address))
    #expect(session["scope"] == .string(OAuthSessionFixture.scope))
    let call = "/xrpc/com.atproto.server.getSession"
    #expect(fixture.calls == ["\(call) 401", "\(call) 200"])
    let table = try fixture.run("account", "whoami")
    for value in OAuthSessionFixture.scope.split(separator: " ") {
      #expect(table.lines.contains { $0.hasPrefix("scope") && $0.hasSuffix(value) }, "\(value)")
    }
  }

  @Test func revokedSessionIsReportedAndRemoved() throws {
    let fixture = try OAuthSessionFixture(isRevoked: true)
    let ended = try fixture.run("whoami")
    #expect(ended.status == 1 && ended.lines.isEmpty)
    #expect(ended.errors == "error: the session has ended; log in again\n")
    let after = try fixture.run("whoami")
    #expect(after.errors == "error: not logged in; run atproto login <identifier>\n")
  }

  @Test func sessionsOfBothKindsStandSideBySide() throws {
    let fixture = try OAuthSessionFixture()
    let other: DataValue = [
      "service": .string(fixture.address), "did": "did:web:bob.test", "handle": "bob.test",
      "accessJwt": "a", "refreshJwt": "r",
    ]
    try fixture.folder.write(other.jsonString(), to: "state/atproto/did:web:bob.test.json")
    let table = try fixture.run("whoami")
    #expect(table.lines.contains { $0.hasPrefix("also") && $0.contains("bob.test") })
    for account in [OAuthSessionFixture.did, "ALICE.test", "@alice.test"] {
      #expect(try fixture.run("whoami", "--account", account).status == 0, "\(account)")
    }
    #expect(try fixture.run("logout").status == 0)
    let refused = try fixture.run("whoami")
    #expect(refused.errors == "error: no default account; use --account with one of: bob.test\n")
  }

  @Test func logoutRemovesTheSession() throws {
    let fixture = try OAuthSessionFixture()
    let out = try fixture.run("logout", "--json")
    #expect(out.status == 0, "\(out.errors)")
    #expect(out.lines == [#"{"handle":"alice.test"}"#])
    #expect(
      try fixture.folder.names(below: "state/atproto")
        == ["\(OAuthSessionFixture.name(OAuthSessionFixture.did)).lock"]
    )
  }

  @Test func malformedSessionFileIsRemovedByLogout() throws {
    let fixture = try OAuthSessionFixture()
    try fixture.folder.write("{}", to: fixture.path)
    let refused = try fixture.run("whoami")
    #expect(refused.errors.contains("; log in again, or log out to remove the file"))
    let out = try fixture.run("logout")
    #expect(out.status == 1 && out.errors.contains("; removed the file, but could not end"))
    #expect(try fixture.run("logout").errors.contains("not logged in"))
  }

  @Test func loginAtAServerWithoutOAuthIsRefused() throws {
    let fixture = try SessionFixture()
    let refused = try fixture.run("login", "--no-browser", "--service", fixture.address)
    #expect(refused.status == 1 && refused.lines.isEmpty)
    #expect(
      refused.errors
        == "error: cannot fetch \(fixture.address)/.well-known/oauth-protected-resource: "
        + "the server answered 400\n"
    )
  }
}
