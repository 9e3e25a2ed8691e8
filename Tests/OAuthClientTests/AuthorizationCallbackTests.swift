import Testing

@testable import OAuthClient

/// What a browser brings back, as text.
@Suite struct AuthorizationCallbackTests {
  @Test(arguments: [
    "https://app.example.com/callback?state=s&iss=https%3A%2F%2Fa.example&code=c",
    "com.example.app:/callback?code=c&state=s&iss=https%3A%2F%2Fa.example",
    "https://app.example.com/callback?page=1&state=s&iss=https://a.example&code=c&session_state=x",
    "https://app.example.com/callback#state=s&iss=https%3A%2F%2Fa.example&code=c",
    "https://app.example.com/callback?page=1#state=s&iss=https%3A%2F%2Fa.example&code=c",
    "https://app.example.com/callback?state=s&iss=https%3A%2F%2Fa.example&code=c#_",
    "state=s&iss=https%3A%2F%2Fa.example&code=c",
    "?state=s&iss=https%3A%2F%2Fa.example&code=c",
  ])
  func parametersAreFound(_ text: String) throws {
    let callback = try AuthorizationCallback(text)
    #expect(callback.state == "s" && callback.code == "c")
    #expect(callback.issuer == "https://a.example" && callback.error == nil)
  }

  @Test func errorsAreRead() throws {
    let callback = try AuthorizationCallback(
      "?error=access_denied&error_description=not+now&state=s&iss=x"
    )
    #expect(callback.error == "access_denied" && callback.errorDescription == "not now")
    #expect(callback.code == nil)
  }

  @Test(arguments: [
    "", "?", "https://app.example.com/callback", "code=c", "state=&code=c",
    "state=a&state=b&code=c",
    "state=s&code=c&code=d", "state=s&iss=a&iss=a", "state=%zz", "state=%ff", "state",
    "state=s&code=" + String(repeating: "c", count: 20_000),
  ])
  func otherTextsAreRefused(_ text: String) {
    #expect(throws: OAuthClientError(.callback, "")) { try AuthorizationCallback(text) }
  }
}
