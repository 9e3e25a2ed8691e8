import Testing
import XRPCClient

@Suite struct ServiceEndpointTests {
  @Test(arguments: [
    ("https://pds.example", "https://pds.example"),
    ("HTTPS://pds.example/", "https://pds.example"),
    ("http://127.0.0.1:2583", "http://127.0.0.1:2583"),
    ("http://[::1]:2583", "http://[::1]:2583"),
    ("https://pds.example/path", nil),
    ("https://pds.example?x", nil),
    ("https://user@pds.example", nil),
    ("https://pds.example:0", nil),
    ("https://pds.example:99999", nil),
    ("https://:80", nil),
    ("https://", nil),
    ("ftp://pds.example", nil),
    ("pds.example", nil),
    ("https://pds example", nil),
  ])
  func onlyBaseURLsAreAccepted(_ url: String, _ expected: String?) {
    #expect(ServiceEndpoint(url)?.description == expected)
  }
}
