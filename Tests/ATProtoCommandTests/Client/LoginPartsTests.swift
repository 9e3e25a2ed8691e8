import ATProtoSyntax
import OAuthClient
import Testing

@testable import atproto

/// Which browser a login opens, and where its session is stored.
@Suite struct LoginPartsTests {
  @Test func browserIsChosenByTheEnvironment() {
    #expect(Browser.ofThisMachine(environment: ["BROWSER": "firefox:w3m"]) != nil)
    #if os(Linux)
    #expect(Browser.ofThisMachine(environment: [:]) == nil)
    #expect(Browser.ofThisMachine(environment: ["DISPLAY": ""]) == nil)
    #expect(Browser.ofThisMachine(environment: ["DISPLAY": ":0"]) != nil)
    #expect(Browser.ofThisMachine(environment: ["WAYLAND_DISPLAY": "wayland-0"]) != nil)
    #endif
  }

  @Test(arguments: ["did:plc:abc", "did:web:alice.test", "did:web:localhost%3A2583"])
  func fileNamesLeadBackToTheirAccounts(_ text: String) throws {
    let did = try DID(text)
    for kind in SessionPlace.Kind.allCases {
      let place = SessionPlace(did: did, kind: kind)
      #expect(SessionPlace(place.fileName) == place)
    }
  }

  @Test(arguments: [
    "session.json", "oauth-logins.json", "did:plc:abc.json.lock", "did:plc:abc",
    "x-did:plc:abc.json",
    "did:.json", "oauth-oauth-did:plc:abc.json", "../did:plc:abc.json", ".json", "",
  ])
  func otherFilesAreNotSessions(_ name: String) {
    #expect(SessionPlace(name) == nil)
  }
}
