import ATProtoAuth
import ATProtoData
import Testing

@Suite struct AuthorizationParametersTests {
  static let required = [
    "client_id": OAuthClientMetadataTests.url, "response_type": "code",
    "redirect_uri": "https://app.example.com/callback", "scope": "atproto repo:a.b.c",
    "code_challenge": PKCETests.challenge, "code_challenge_method": "S256",
  ]

  static func read(_ changes: [String: String]) throws -> AuthorizationParameters {
    try AuthorizationParameters(
      form: FormParameters(required.merging(changes) { $1 }),
      client: OAuthClientMetadataTests.read([
        "scope": "atproto repo:a.b.c unknown:x include:a.b.set openid repo:a.b.d?foo=bar"
      ])
    )
  }

  @Test("the parameters of a request are read and stored")
  func roundTrip() throws {
    let minimal = try Self.read([:])
    #expect(minimal.responseMode == .query && minimal.prompt == nil && minimal.state == nil)
    #expect(try AuthorizationParameters(json: minimal.json) == minimal)
    let full = try Self.read([
      "state": "{\"é\": 1}", "response_mode": "form_post", "prompt": "select_account",
      "login_hint": "Alice.Example.COM", "ui_locales": "fr-CA fr not_a_tag en", "display": "popup",
      "dpop_jkt": PKCETests.challenge, "max_age": "0", "unknown": "ignored", "resource": "x",
      "scope": "atproto include:a.b.set unknown:x repo:a.b.d?foo=bar atproto",
    ])
    #expect(full.state == "{\"é\": 1}" && full.responseMode == .formPost)
    #expect(full.prompt == .selectAccount && full.loginHint == "alice.example.com")
    #expect(full.locales == ["fr-CA", "fr", "en"] && full.display == .popup)
    #expect(full.dpopThumbprint == PKCETests.challenge && full.maximumAge == 0)
    // Values that mean nothing are dropped, not refused.
    #expect(full.scope.values == ["atproto", "include:a.b.set"])
    #expect(try AuthorizationParameters(json: full.json) == full)
  }

  @Test(
    "every prompt and response mode is read",
    arguments: ["none", "login", "consent", "create", "select_account"],
    ["query", "fragment", "form_post"]
  )
  func modes(prompt: String, mode: String) throws {
    let parameters = try Self.read(["prompt": prompt, "response_mode": mode, "display": "hologram"])
    #expect(parameters.prompt?.rawValue == prompt && parameters.responseMode.rawValue == mode)
    #expect(parameters.display == nil)
    #expect(try AuthorizationParameters(json: parameters.json) == parameters)
  }

  @Test("a login hint may be a DID", arguments: ["did:plc:ABC", "did:web:example.com"])
  func hints(hint: String) throws {
    #expect(try Self.read(["login_hint": hint]).loginHint == hint.lowercased())
  }

  @Test(
    "a request that breaks a rule is refused with the code of the rule",
    arguments: [
      (.invalidRequest, ["client_id": ""]), (.invalidRequest, ["client_id": "https://b.com/c"]),
      (.invalidRequest, ["response_type": ""]),
      (.unsupportedResponseType, ["response_type": "token"]),
      (.unsupportedResponseType, ["response_type": "code id_token"]),
      (.invalidRequest, ["redirect_uri": ""]),
      (.invalidRequest, ["redirect_uri": "https://evil.com/"]),
      (.invalidRequest, ["redirect_uri": "https://app.example.com/callback/.."]),
      (.invalidScope, ["scope": ""]), (.invalidScope, ["scope": "repo:a.b.c"]),
      (.invalidScope, ["scope": "atproto repo:*"]), (.invalidScope, ["scope": "atproto openid"]),
      // Compared as text: the same permission, written in another way, is not declared.
      (.invalidScope, ["scope": "atproto repo?collection=a.b.c"]),
      (.invalidScope, ["scope": "atproto  repo:a.b.c"]), (.invalidScope, ["scope": "atproto\n"]),
      (.invalidScope, ["scope": "atproto " + String(repeating: "a", count: 20_000)]),
      (.invalidRequest, ["code_challenge": ""]), (.invalidRequest, ["code_challenge": "abc"]),
      (.invalidRequest, ["code_challenge_method": ""]),
      (.invalidRequest, ["code_challenge_method": "plain"]),
      (.invalidRequest, ["code_challenge_method": "s256"]),
      (.invalidRequest, ["response_mode": "web_message"]), (.invalidRequest, ["prompt": "maybe"]),
      (.invalidRequest, ["prompt": "login consent"]), (.invalidRequest, ["login_hint": "a b"]),
      (.invalidRequest, ["login_hint": "alice@example.com"]),
      (.invalidRequest, ["login_hint": "did:key:zabc"]), (.invalidRequest, ["login_hint": "alice"]),
      (.invalidRequest, ["state": String(repeating: "a", count: 2049)]),
      (.invalidRequest, ["state": "a\r\nSet-Cookie: x"]), (.invalidRequest, ["state": "\u{7F}"]),
      (.invalidRequest, ["dpop_jkt": "abc"]), (.invalidRequest, ["max_age": "-1"]),
      (.invalidRequest, ["max_age": "soon"]), (.invalidRequest, ["nonce": "x"]),
      (.invalidRequest, ["claims": "{}"]), (.invalidRequest, ["id_token_hint": "x"]),
      (.invalidRequest, ["request_uri": "urn:x"]), (.requestNotSupported, ["request": "a.b.c"]),
      (.invalidAuthorizationDetails, ["authorization_details": "[]"]),
    ] as [(OAuthError.Code, [String: String])]
  )
  func refused(code: OAuthError.Code, changes: [String: String]) {
    #expect(throws: OAuthError(code, "")) { try Self.read(changes) }
  }

  @Test("a stored text that is damaged is an error of the server", arguments: ["", "{}", "[1]"])
  func damaged(json: String) {
    #expect(throws: OAuthError(.serverError, "")) {
      try AuthorizationParameters(json: [UInt8](json.utf8))
    }
  }
}
