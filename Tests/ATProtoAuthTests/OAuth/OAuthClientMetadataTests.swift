import ATProtoAuth
import ATProtoCrypto
import ATProtoData
import ATProtoHTTP
import Testing

@Suite struct OAuthClientMetadataTests {
  static let url = "https://app.example.com/oauth-client-metadata.json"
  static let key = JWK(PrivateKey(generating: .p256).publicKey, keyID: "k1")

  static let document: DataObject = [
    "client_id": .string(url), "application_type": "web", "grant_types": ["authorization_code"],
    "response_types": ["code"], "scope": "atproto", "dpop_bound_access_tokens": true,
    "redirect_uris": ["https://app.example.com/callback"], "token_endpoint_auth_method": "none",
  ]

  static func read(
    _ changes: DataObject,
    id: String = url,
    allowsLoopback: Bool = false
  ) throws -> OAuthClientMetadata {
    var document = document
    for (name, value) in changes { document[name] = value == .null ? nil : value }
    return try OAuthClientMetadata(
      json: DataValue.object(document).jsonBytes(),
      id: OAuthClientID(id, allowsLoopback: allowsLoopback)
    )
  }

  static var confidential: DataObject {
    get throws {
      [
        "token_endpoint_auth_method": "private_key_jwt",
        "token_endpoint_auth_signing_alg": "ES256",
        "jwks": ["keys": [try DataValue(json: key.json)]],
      ]
    }
  }

  @Test("the document of a public client is read")
  func publicClient() throws {
    let metadata = try Self.read([
      "grant_types": ["authorization_code", "refresh_token"],
      "scope": "atproto transition:generic unknown:x?y", "unknown_field": ["a": 1],
      "client_name": "App\u{202E} \u{7}name", "client_uri": "https://app.example.com",
      "logo_uri": "https://cdn.example.com/logo.png", "tos_uri": "https://app.example.com/tos",
      "policy_uri": "https://app.example.com/policy",
    ])
    #expect(metadata.usesRefreshTokens && !metadata.isConfidential)
    // Unknown scopes are accepted as long as no request asks for them (atproto#4132).
    #expect(metadata.scope.values == ["atproto", "transition:generic", "unknown:x?y"])
    #expect(metadata.display.name == "App name")
    #expect(metadata.display.logo == "https://cdn.example.com/logo.png")
    #expect(metadata.applicationType == .web)
  }

  @Test("absent fields have the defaults of the specification")
  func defaults() throws {
    let metadata = try Self.read([
      "application_type": nil, "token_endpoint_auth_method": nil, "client_name": nil,
    ])
    #expect(metadata.applicationType == .web && metadata.authentication == .none)
    #expect(!metadata.usesRefreshTokens)
  }

  @Test("a confidential client has keys, or the URL of keys")
  func confidentialClient() throws {
    let metadata = try Self.read(try Self.confidential)
    #expect(metadata.isConfidential && metadata.signingAlgorithm == .es256)
    #expect(metadata.authentication == .keys(JWKSet([Self.key]), algorithm: .es256))
    let remote = try Self.read([
      "token_endpoint_auth_method": "private_key_jwt", "jwks_uri": "https://app.example.com/jwks",
    ])
    let uri = try #require(HTTPURL("https://app.example.com/jwks"))
    #expect(remote.authentication == .keysAt(uri, algorithm: nil))
  }

  /// atproto#3096 and atproto#2719: developers are told which field is at fault.
  @Test(
    "a document that breaks a rule is refused with the name of the field",
    arguments: [
      ("client_id", ["client_id": "https://app.example.com/other"]),
      ("client_id", ["client_id": nil]),
      ("client_id", ["client_id": 1]), ("redirect_uris", ["redirect_uris": nil]),
      ("redirect_uris", ["redirect_uris": []]),
      ("redirect_uris", ["redirect_uris": "https://a.com"]),
      ("redirect_uris", ["redirect_uris": ["https://app.example.com/cb", 1]]),
      ("redirect_uris", ["redirect_uris": .array(Array(repeating: "https://a.com/", count: 65))]),
      ("response_types", ["response_types": ["token"]]), ("response_types", ["response_types": []]),
      ("response_types", ["response_types": nil]), ("response_types", ["response_types": "code"]),
      ("grant_types", ["grant_types": nil]), ("grant_types", ["grant_types": "refresh_token"]),
      ("grant_types", ["grant_types": ["refresh_token"]]),
      ("grant_types", ["grant_types": ["authorization_code", "implicit"]]),
      ("grant_types", ["grant_types": ["authorization_code", "authorization_code"]]),
      ("scope", ["scope": nil]), ("scope", ["scope": "repo:*"]),
      ("scope", ["scope": "atproto atproto"]),
      ("scope", ["scope": "atproto  x"]), ("scope", ["scope": ["atproto"]]),
      ("scope", ["scope": .string("atproto " + String(repeating: "a", count: 20_000))]),
      ("dpop_bound_access_tokens", ["dpop_bound_access_tokens": nil]),
      ("dpop_bound_access_tokens", ["dpop_bound_access_tokens": false]),
      ("dpop_bound_access_tokens", ["dpop_bound_access_tokens": "true"]),
      ("application_type", ["application_type": "desktop"]),
      ("application_type", ["application_type": 1]),
      ("token_endpoint_auth_method", ["token_endpoint_auth_method": "client_secret_basic"]),
      ("token_endpoint_auth_signing_alg", ["token_endpoint_auth_signing_alg": "none"]),
      ("token_endpoint_auth_signing_alg", ["token_endpoint_auth_signing_alg": "HS256"]),
      ("token_endpoint_auth_signing_alg", ["token_endpoint_auth_signing_alg": "RS256"]),
      ("jwks", ["token_endpoint_auth_method": "private_key_jwt"]),
      ("jwks", ["jwks": ["keys": []], "jwks_uri": "https://app.example.com/jwks"]),
      ("jwks", ["token_endpoint_auth_method": "private_key_jwt", "jwks": ["keys": []]]),
      ("jwks", ["jwks": ["keys": [["kty": "RSA", "n": "AQAB", "e": "AQAB", "d": "AQAB"]]]]),
      ("jwks", ["jwks": []]),
      (
        "jwks_uri",
        ["token_endpoint_auth_method": "private_key_jwt", "jwks_uri": "http://app.example.com/j"]
      ),
      (
        "jwks_uri",
        ["token_endpoint_auth_method": "private_key_jwt", "jwks_uri": "https://10.0.0.1/j"]
      ),
      (
        "jwks_uri",
        ["token_endpoint_auth_method": "private_key_jwt", "jwks_uri": "https://localhost/j"]
      ),
      (
        "jwks_uri",
        ["token_endpoint_auth_method": "private_key_jwt", "jwks_uri": "http://127.0.0.1:1/j"]
      ),
      (
        "jwks_uri",
        ["token_endpoint_auth_method": "private_key_jwt", "jwks_uri": "file:///etc/passwd"]
      ),
      ("client_uri", ["client_uri": "https://other.example.com/"]),
      ("client_uri", ["client_uri": "app"]),
      ("client_uri", ["client_uri": "http://app.example.com/"]), ("client_uri", ["client_uri": 1]),
      ("client_uri", ["client_uri": "https://app.example.com/\"onload=x"]),
      ("logo_uri", ["logo_uri": "http://app.example.com/logo"]),
      ("logo_uri", ["logo_uri": "data:image/png;base64,AAAA"]),
      ("tos_uri", ["tos_uri": "javascript:alert(1)"]),
      ("policy_uri", ["policy_uri": "https://app.example.com/a'b"]),
      ("client_name", ["client_name": []]),
    ] as [(String, DataObject)]
  )
  func refused(field: String, changes: DataObject) throws {
    do {
      _ = try Self.read(changes)
      Issue.record("accepted")
    } catch let error as OAuthError {
      #expect(error.code == .invalidClientMetadata)
      #expect(error.reason.hasPrefix("\(field) of the client metadata: "), "\(error.reason)")
    }
  }

  @Test("a native client does not authenticate itself")
  func nativeConfidential() throws {
    var changes = try Self.confidential
    changes["application_type"] = "native"
    #expect(throws: OAuthError(.invalidClientMetadata, "")) { try Self.read(changes) }
  }

  @Test(
    "a document that is not a bounded JSON object is refused",
    arguments: [
      "", "null", "[]", "{", "<html>", #"{"client_id":"a","client_id":"b"}"#,
      String(repeating: "[", count: 50_000), "{\"a\":" + String(repeating: "[", count: 17),
      "{}" + String(repeating: " ", count: OAuthClientMetadata.maximumLength),
    ]
  )
  func malformed(json: String) throws {
    let id = try OAuthClientID(Self.url)
    #expect(throws: OAuthError(.invalidClientMetadata, "")) {
      try OAuthClientMetadata(json: [UInt8](json.utf8), id: id)
    }
  }

  @Test("the development switch allows keys on a loopback IP address")
  func development() throws {
    let url = "http://127.0.0.1:8080/client"
    let metadata = try Self.read(
      [
        "client_id": .string(url), "token_endpoint_auth_method": "private_key_jwt",
        "jwks_uri": "http://127.0.0.1:8080/jwks", "client_uri": "http://127.0.0.1:8080/",
      ],
      id: url,
      allowsLoopback: true
    )
    #expect(metadata.isConfidential)
    // Redirect rules stay those of production.
    for uri in ["http://127.0.0.1:9000/cb", "http://app.example.com/cb"] {
      #expect(throws: OAuthError(.invalidClientMetadata, "")) {
        try Self.read(
          ["client_id": .string(url), "redirect_uris": [.string(uri)]],
          id: url,
          allowsLoopback: true
        )
      }
    }
  }

  @Test("metadata that a client creates is read back by a server")
  func roundTrip() throws {
    let id = try OAuthClientID(Self.url)
    let display = OAuthClientMetadata.Display(
      name: "App",
      uri: "https://app.example.com/",
      logo: "https://app.example.com/logo.png",
      terms: "https://app.example.com/tos",
      policy: "https://app.example.com/policy"
    )
    let keys = OAuthClientMetadata.Authentication.keys(JWKSet([Self.key]), algorithm: .es256)
    let uri = try #require(HTTPURL("https://app.example.com/jwks.json"))
    for authentication in [.none, keys, .keysAt(uri, algorithm: .es256)] {
      let metadata = try OAuthClientMetadata(
        id: id,
        redirectURIs: ["https://app.example.com/callback"],
        scope: try OAuthScope("atproto repo:a.b.c"),
        usesRefreshTokens: authentication == keys,
        authentication: authentication,
        display: display
      )
      #expect(try OAuthClientMetadata(json: metadata.json, id: id) == metadata)
    }
    #expect(throws: OAuthError(.invalidClientMetadata, "")) {
      try OAuthClientMetadata(id: id, redirectURIs: [], scope: try OAuthScope("atproto"))
    }
  }
}

/// OAuth specification, "Request Fields"; RFC 8252, 7 and 8.
@Suite struct RedirectURITests {
  static func metadata(_ uri: String, _ type: String) throws -> OAuthClientMetadata {
    try OAuthClientMetadataTests.read([
      "redirect_uris": [.string(uri)], "application_type": .string(type),
    ])
  }

  @Test(
    "a redirect URI is https, or for native clients also loopback or the reversed host",
    arguments: [
      ("web", "https://app.example.com/callback"), ("web", "https://other.example.com"),
      ("web", "https://app.example.com:8443/cb?x=y"), ("web", "https://93.184.216.34/cb"),
      ("native", "https://app.example.com/callback"), ("native", "http://127.0.0.1"),
      ("native", "http://127.0.0.1:8080/cb?x"), ("native", "http://[::1]/"),
      ("native", "com.example.app:/callback"), ("native", "com.example.app:/"),
      ("native", "com.example.app:/a?b=c"),
    ]
  )
  func allowed(type: String, uri: String) throws {
    #expect(try Self.metadata(uri, type).accepts(redirectURI: uri))
  }

  @Test(
    "other redirect URIs are refused",
    arguments: [
      ("web", "http://127.0.0.1/"), ("web", "http://[::1]/"), ("web", "com.example.app:/cb"),
      ("web", "http://app.example.com/cb"), ("native", "http://app.example.com/cb"),
      ("native", "http://localhost/cb"), ("native", "http://localhost:8080/"),
      ("native", "http://127.0.0.2/"), ("native", "http://[0:0:0:0:0:0:0:1]/"),
      ("native", "http://127.1/"), ("native", "https://127.0.0.1/"),
      // The origin of client_id.
      ("native", "https://other.example.com/cb"), ("native", "https://app.example.com:8443/cb"),
      // Schemes.
      ("native", "com.example:/cb"), ("native", "app.example.com:/cb"), ("native", "myapp:/cb"),
      ("native", "com.example.app://cb"), ("native", "com.example.app:cb"),
      ("native", "com.example.app:"), ("native", "COM.example.app:/cb"),
      ("native", "com.example.app.:/cb"), ("native", "com.example.app@evil:/cb"),
      ("web", "javascript:alert(1)"), ("native", "javascript:alert(1)"),
      ("web", "data:text/html,x"), ("web", "file:///etc/passwd"), ("web", "ftp://a.com/"),
      ("web", "HTTPS://app.example.com/"), ("web", "//app.example.com/"), ("web", "/cb"),
      ("web", ""),
      // Hosts.
      ("web", "https://localhost/cb"), ("web", "https://server/cb"), ("web", "https://a.local/cb"),
      ("web", "https://app.test/"), ("web", "https://10.0.0.1/"), ("web", "https://[::1]/"),
      ("web", "https://0x7f.1/"), ("web", "https:///cb"), ("web", "https:app.example.com"),
      // What a parser may take for something else.
      ("web", "https://user@app.example.com/"), ("web", "https://a:b@app.example.com/"),
      ("web", "https://app.example.com:443/"), ("web", "https://app.example.com/#"),
      ("web", "https://app.example.com/#x"), ("web", "https://app.example.com/a b"),
      ("web", "https://app.example.com/\n"), ("web", "https://app.example.com/\u{0}"),
      ("web", " https://app.example.com/"), ("web", "https://app.example.com/\""),
      ("web", "https://app.example.com/<x>"), ("web", "https://app.example.com\\@evil.com/"),
      ("web", "https://app.example.com/é"), ("web", "java\tscript:alert(1)"),
      ("web", "https://app.example.com/" + String(repeating: "a", count: 2048)),
    ]
  )
  func refused(type: String, uri: String) {
    #expect(throws: OAuthError(.invalidClientMetadata, "")) { try Self.metadata(uri, type) }
  }

  @Test("a requested URI must be the registered text, but for the port of a loopback IP address")
  func comparison() throws {
    let web = try Self.metadata("https://app.example.com/cb", "web")
    for uri in [
      "https://app.example.com/cb/", "https://app.example.com/CB", "https://app.example.com/cb?x",
      "https://APP.example.com/cb", "https://app.example.com:8443/cb",
      "https://app.example.com/%63b",
      "https://app.example.com/cb#x", "http://app.example.com/cb", "",
    ] {
      #expect(!web.accepts(redirectURI: uri))
    }
    let free = try Self.metadata("http://127.0.0.1/cb?a", "native")
    #expect(free.accepts(redirectURI: "http://127.0.0.1:50000/cb?a"))
    for uri in [
      "http://127.0.0.1:50000/cb", "http://[::1]:50000/cb?a", "http://127.0.0.1:50000/cb?a#b",
      "http://127.0.0.1:x/cb?a", "http://127.0.0.1:99999/cb?a", "http://127.0.0.1:1@evil.com/cb?a",
    ] {
      #expect(!free.accepts(redirectURI: uri))
    }
    let fixed = try Self.metadata("http://127.0.0.1:8080/cb", "native")
    #expect(fixed.accepts(redirectURI: "http://127.0.0.1:8080/cb"))
    #expect(!fixed.accepts(redirectURI: "http://127.0.0.1:8081/cb"))
  }
}
