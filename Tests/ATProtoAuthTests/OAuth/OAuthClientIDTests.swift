import ATProtoAuth
import ATProtoHTTP
import Testing

@Suite struct OAuthClientIDTests {
  @Test(
    "the https URL of a document is a client ID",
    arguments: [
      "https://app.example.com/oauth-client-metadata.json", "https://example.com/a/b",
      "https://example.com/client?version=2", "https://example.com/a.b/..c/%20",
    ]
  )
  func documents(text: String) throws {
    let id = try OAuthClientID(text)
    guard case .document(let url) = id.kind else {
      Issue.record("not a document")
      return
    }
    #expect(url.description == text && id.string == text && !id.isDevelopment)
    #expect(id.localhostMetadata == nil)
  }

  @Test(
    "a client ID that is not canonical or not public is refused",
    arguments: [
      "", "app", "example.com/client", "ftp://example.com/client", "did:web:example.com",
      "http://example.com/client", "HTTPS://example.com/client", "https://Example.com/client",
      "https://example.com", "https://example.com/", "https://example.com/client/",
      "https://example.com:443/client", "https://example.com:8443/client",
      "https://user@example.com/client", "https://user:pass@example.com/client",
      "https://example.com/client#x", "https://example.com/client#", "https://example.com/a/../b",
      "https://example.com/./b", "https://example.com/a/..", "https://example.com/%2e%2E/b",
      "https://example.com/a b", "https://example.com/a\\b", "https://example.com/a\nb",
      "https://example.com/<a>", "https://example.com/a|b", "https://example.com?x/y",
      "https://127.0.0.1/client", "https://10.0.0.1/client", "https://[::1]/client",
      "https://127.1/client", "https://0x7f000001/client", "https://2130706433/client",
      "https://localhost/client", "https://server/client", "https://app.local/client",
      "https://app.localhost/client", "https://app.test/client", "https://app.invalid/client",
      "https://app.example/client", "https://app.internal/client", "https://example.com./client",
      "https://-a.com/client", "https://a..com/client", "https://exämple.com/client",
      "http://127.0.0.1:8080/client", "http://localhost:8080/client", "http://localhost/path",
      "http://localhostevil.com/client", "http://localhost#", "http://localhost.com/client",
      "https://localhost", "http://LOCALHOST", "http://localhost@evil.com/client",
      "https://example.com/" + String(repeating: "a", count: 2048),
    ]
  )
  func refused(text: String) {
    #expect(throws: OAuthError(.invalidClientMetadata, "")) { try OAuthClientID(text) }
  }

  @Test("loopback documents are for development only")
  func loopback() throws {
    for text in ["http://127.0.0.1:8080/client", "http://[::1]:8080/client.json"] {
      #expect(throws: OAuthError(.invalidClientMetadata, "")) { try OAuthClientID(text) }
      let id = try OAuthClientID(text, allowsLoopback: true)
      #expect(id.isDevelopment && id.allowsLoopback)
    }
    for text in [
      "http://127.0.0.1:8080/", "http://127.0.0.1:8080", "http://127.0.0.2:8080/client",
      "http://10.0.0.1/client", "https://127.0.0.1:8080/client", "http://127.0.0.1:8080/a/../b",
      "http://user@127.0.0.1:8080/client", "http://example.com/client",
    ] {
      #expect(throws: OAuthError(.invalidClientMetadata, "")) {
        try OAuthClientID(text, allowsLoopback: true)
      }
    }
  }

  static let defaults = ["http://127.0.0.1/", "http://[::1]/"]

  @Test(
    "a client on localhost declares redirect URIs and scope in its query",
    arguments: [
      ("http://localhost", defaults, "atproto"), ("http://localhost/", defaults, "atproto"),
      ("http://localhost?", defaults, "atproto"), ("http://localhost/?", defaults, "atproto"),
      // A path, with any port at the time of the request (atproto#2982).
      (
        "http://localhost?redirect_uri=http://127.0.0.1/cb", ["http://127.0.0.1/cb"], "atproto"
      ),
      (
        "http://localhost/?redirect_uri=http%3A%2F%2F127.0.0.1%3A80%2Fa&redirect_uri=http://[::1]/b"
          + "&scope=atproto+transition:generic%20repo:a.b.c",
        ["http://127.0.0.1:80/a", "http://[::1]/b"], "atproto transition:generic repo:a.b.c"
      ),
    ]
  )
  func localhost(text: String, redirectURIs: [String], scope: String) throws {
    let id = try OAuthClientID(text)
    #expect(id.kind == .localhost(redirectURIs: redirectURIs, scope: try OAuthScope(scope)))
    #expect(id.isDevelopment)
    let metadata = try #require(id.localhostMetadata)
    #expect(metadata.applicationType == .native && !metadata.isConfidential)
    #expect(metadata.usesRefreshTokens)
    #expect(metadata.redirectURIs == redirectURIs)
  }

  @Test(
    "a client on localhost declares nothing else",
    arguments: [
      "?scope=repo:*", "?scope=atproto&scope=atproto", "?scope=", "?scope=atproto%22", "?foo=bar",
      "?redirect_uri=https://example.com/", "?redirect_uri=http://localhost/",
      "?redirect_uri=http://127.0.0.1/%23x", "?redirect_uri=com.example:/x", "?redirect_uri=",
      "?redirect_uri=http://127.0.0.2/", "?redirect_uri=%zz", "?redirect_uri=%ff", "/path", "/?x#y",
      "?client_name=x", "//", "?scope=" + String(repeating: "a", count: 9000),
      "?" + String(repeating: "redirect_uri=http://127.0.0.1/&", count: 40),
    ]
  )
  func refusedLocalhost(rest: String) {
    #expect(throws: OAuthError(.invalidClientMetadata, "")) {
      try OAuthClientID("http://localhost" + rest)
    }
  }

  @Test("the redirect URI of a client on localhost may have any port")
  func localhostRedirects() throws {
    let metadata = try #require(
      OAuthClientID("http://localhost?redirect_uri=http://127.0.0.1:80/cb").localhostMetadata
    )
    for uri in ["http://127.0.0.1:80/cb", "http://127.0.0.1:4321/cb", "http://127.0.0.1/cb"] {
      #expect(metadata.accepts(redirectURI: uri))
    }
    for uri in [
      "http://127.0.0.1:4321/", "http://[::1]:4321/cb", "http://localhost:4321/cb",
      "https://127.0.0.1/cb", "http://127.0.0.1:4321/cb?x", "http://127.0.0.1:4321/cb#",
    ] {
      #expect(!metadata.accepts(redirectURI: uri))
    }
    let standard = try #require(OAuthClientID("http://localhost").localhostMetadata)
    for uri in ["http://127.0.0.1/", "http://127.0.0.1:4321", "http://[::1]:4321/"] {
      #expect(standard.accepts(redirectURI: uri))
    }
  }
}
