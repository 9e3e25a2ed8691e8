import ATProtoHTTP
import Testing

@testable import Relay

@Suite struct HostNameTests {
  @Test(arguments: [
    ("a.b.example.com", "example.com"), ("example.com", "example.com"),
    ("localhost:2583", "localhost:2583"),
  ])
  func registeredDomainIsTheLastTwoLabels(_ name: String, _ domain: String) {
    #expect(HostName(checked: name, usesTLS: true).registeredDomain == domain)
  }

  @Test(arguments: [
    ("pds.example.com", "pds.example.com"),
    ("PDS.Example.COM", "pds.example.com"),
    ("https://pds.example.com", "pds.example.com"),
    ("https://pds.example.com/xrpc/x?y=z#f", "pds.example.com"),
    ("wss://pds.example.com/", "pds.example.com"),
    ("https://pds.example.com:443", "pds.example.com"),
    ("pds.example.com/path", "pds.example.com"),
    ("xn--bcher-kva.example.com", "xn--bcher-kva.example.com"),
  ])
  func publicNameIsAccepted(_ text: String, _ name: String) throws {
    let host = try HostName(text, allowsLocal: false)
    #expect(host.text == name)
    #expect(host.usesTLS && !host.isLocal)
    #expect(host.baseURL.description == "https://\(name)")
  }

  @Test(arguments: [
    "", " ", ".", "com", "localhost.", "pds..example.com", "pds.example.com.", "-a.example.com",
    "192.0.2.1", "https://192.0.2.1", "[2001:db8::1]", "http://[::ffff:127.0.0.1]", "2130706433",
    "0x7f.1", "pds.example.com:8443", "https://pds.example.com:80", "https://user@pds.example.com",
    "https://user:password@pds.example.com", "ftp://pds.example.com", "file:///etc/passwd",
    "javascript:alert(1)", "pds_1.example.com", "pds example.com", "pds.example.com\r\nHost: x",
    "pds.exämple.com", "https://", "https:///x", "://pds.example.com", "pds.example.com\\@evil.com",
    String(repeating: "a", count: 64) + ".example.com",
    String(repeating: "abcdefg.", count: 40) + "com", String(repeating: "a", count: 5000),
  ])
  func otherTextIsNotAHostname(_ text: String) {
    for allowsLocal in [false, true] {
      #expect(throws: HostNameError(.malformed, "")) {
        try HostName(text, allowsLocal: allowsLocal)
      }
    }
  }

  @Test(arguments: [
    ("localhost:2583", "localhost:2583"), ("http://localhost:2583", "localhost:2583"),
    ("ws://LOCALHOST:2583/xrpc", "localhost:2583"), ("127.0.0.1:2583", "localhost:2583"),
    ("http://127.0.0.1:80", "localhost:80"), ("http://[::1]:2583", "localhost:2583"),
  ])
  func localHostNeedsPermission(_ text: String, _ name: String) throws {
    let host = try HostName(text, allowsLocal: true)
    #expect(host.text == name)
    #expect(!host.usesTLS && host.isLocal)
    #expect(host.baseURL.scheme == "http" && host.baseURL.host == "localhost")
    #expect(throws: HostNameError(.local, "")) { try HostName(text, allowsLocal: false) }
  }

  @Test(arguments: ["localhost", "http://localhost", "127.0.0.1", "http://[::1]/"])
  func localHostNeedsAPort(_ text: String) {
    #expect(throws: HostNameError(.malformed, "")) { try HostName(text, allowsLocal: true) }
  }

  @Test(arguments: ["http://pds.example.com", "ws://pds.example.com"])
  func publicHostNeedsTLS(_ text: String) throws {
    #expect(throws: HostNameError(.insecure, "")) { try HostName(text, allowsLocal: false) }
    #expect(try HostName(text, allowsLocal: true).usesTLS)
  }

  @Test func documentsNameTheSameHosts() throws {
    let local = try HostName("localhost:2583", allowsLocal: true)
    for text in ["http://localhost:2583", "http://127.0.0.1:2583/x", "http://[::1]:2583"] {
      #expect(HostName(pds: HTTPURL(text)!) == local)
    }
    let name = try HostName("pds.example.com", allowsLocal: false)
    #expect(HostName(pds: HTTPURL("https://pds.example.com/")!) == name)
    #expect(HostName(pds: HTTPURL("https://pds.example.com:8443")!) == nil)
    #expect(HostName(pds: HTTPURL("https://192.0.2.1")!) == nil)
    #expect(HostName(pds: HTTPURL("https://pds")!) == nil)
  }

  @Test func domainsAreAllSuffixesAtDots() throws {
    #expect(
      try HostName("a.b.example.com", allowsLocal: false).domains
        == ["a.b.example.com", "b.example.com", "example.com", "com"]
    )
    #expect(
      try HostName("localhost:2583", allowsLocal: true).domains == ["localhost:2583", "localhost"]
    )
  }

  @Test(arguments: [
    ("*.host.bsky.network", "porcini.us-east.host.bsky.network", true),
    ("*.host.bsky.network", "host.bsky.network", false),
    ("*.host.bsky.network", "evilhost.bsky.network", false),
    ("*.host.bsky.network", "host.bsky.network.example.com", false),
    ("pds.example.com", "pds.example.com", true), ("PDS.example.com", "pds.example.com", true),
    ("pds.example.com", "a.pds.example.com", false), ("*", "pds.example.com", true),
    ("localhost", "localhost:2583", true), ("localhost:2583", "localhost:2583", true),
    ("localhost:2584", "localhost:2583", false), ("", "pds.example.com", false),
  ])
  func patternMatches(_ pattern: String, _ name: String, _ matches: Bool) throws {
    #expect(try HostName(name, allowsLocal: true).matches(pattern) == matches)
  }
}
