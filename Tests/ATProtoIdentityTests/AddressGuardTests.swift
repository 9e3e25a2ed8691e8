import ATProtoHTTP
import Testing

@Suite struct AddressGuardTests {
  @Test(arguments: [
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.127.255.255",
    "127.0.0.1", "127.255.255.254", "169.254.169.254", "172.16.0.1", "172.31.255.255",
    "192.0.0.8", "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.19.255.255",
    "198.51.100.7", "203.0.113.7", "224.0.0.1", "239.255.255.255", "240.0.0.1",
    "255.255.255.255",
    "::", "::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::8.8.8.8", "64:ff9b::7f00:1",
    "64:ff9b::808:808", "64:ff9b:1::1", "100::1", "2001::1", "2001:2::1", "2001:10::1",
    "2001:db8::1", "2002:7f00:1::", "3fff::1", "5f00::1", "fc00::1", "fd12:3456::1", "fe80::1",
    "fec0::1", "ff02::1", "4000::1",
  ])
  func specialAddressesAreRefused(_ text: String) throws {
    let address = try #require(IPAddress(text))
    #expect(IPAddressPolicy.publicOnly.refusal(of: address) != nil)
    #expect(IPAddressPolicy.development.allows(address) == address.isLoopback)
  }

  @Test(arguments: [
    "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0",
    "126.255.255.255", "128.0.0.0", "172.15.255.255", "172.32.0.0", "192.167.255.255",
    "192.169.0.0", "198.17.255.255", "198.20.0.0", "223.255.255.255", "2001:200::1",
    "2001:4860:4860::8888", "2606:4700::1111", "2a00:1450::1", "3ffe::1",
  ])
  func publicAddressesAreAllowed(_ text: String) throws {
    let address = try #require(IPAddress(text))
    #expect(IPAddressPolicy.publicOnly.refusal(of: address) == nil)
  }

  /// RFC 1918, RFC 4193, and this machine, but no other special-purpose addresses.
  @Test(arguments: [
    ("10.0.0.1", true), ("172.16.0.1", true), ("192.168.1.1", true), ("fd12:3456::1", true),
    ("127.0.0.1", true), ("::1", true), ("8.8.8.8", true), ("169.254.169.254", false),
    ("100.64.0.1", false), ("0.0.0.0", false), ("fe80::1", false), ("::ffff:10.0.0.1", false),
    ("224.0.0.1", false),
  ])
  func privateNetworksAreAllowedByPolicy(_ text: String, _ isAllowed: Bool) throws {
    let address = try #require(IPAddress(text))
    #expect(IPAddressPolicy.anyNetwork.allows(address) == isAllowed)
  }

  @Test(
    "plain HTTP goes only where the policy lets it",
    arguments: [
      ("127.0.0.1", "http", true), ("::1", "http", true), ("127.0.0.1", "https", true),
      ("8.8.8.8", "https", true), ("8.8.8.8", "http", false), ("10.0.0.1", "https", false),
      ("10.0.0.1", "http", false), ("::ffff:127.0.0.1", "http", false), ("0.0.0.0", "http", false),
      ("169.254.169.254", "http", false), ("100.64.0.1", "https", false),
      ("fd00::1", "https", false),
    ]
  )
  func plainHTTPIsRestricted(_ text: String, _ scheme: String, _ isAllowed: Bool) throws {
    let address = try #require(IPAddress(text))
    let development = IPAddressPolicy(allowsLoopback: true, plainHTTP: .loopback)
    #expect((development.refusal(of: address, scheme: scheme) == nil) == isAllowed)
    let strict = IPAddressPolicy(plainHTTP: .nowhere)
    let isPublic = IPAddressPolicy.publicOnly.allows(address)
    #expect((strict.refusal(of: address, scheme: scheme) == nil) == (isPublic && scheme == "https"))
    #expect(
      IPAddressPolicy.development.refusal(of: address, scheme: scheme)
        == IPAddressPolicy.development.refusal(of: address)
    )
  }

  @Test(arguments: [
    ("10.0.0.0/8", "10.255.0.1", true), ("10.9.9.9/8", "10.1.2.3", true),
    ("10.0.0.0/8", "11.0.0.0", false), ("192.0.2.128/25", "192.0.2.127", false),
    ("192.0.2.128/25", "192.0.2.200", true), ("192.0.2.1", "192.0.2.1", true),
    ("192.0.2.1", "192.0.2.2", false), ("0.0.0.0/0", "8.8.8.8", true),
    ("0.0.0.0/0", "::1", false), ("::/0", "0.0.0.0", false), ("2001:db8::/33", "2001:db8::1", true),
    ("2001:db8::/33", "2001:db8:8000::1", false), ("::1", "::1", true), ("::1/128", "::2", false),
  ])
  func networkContainsItsAddresses(_ network: String, _ address: String, _ belongs: Bool) throws {
    let network = try #require(IPNetwork(network))
    #expect(network.contains(try #require(IPAddress(address))) == belongs)
  }

  @Test(arguments: [
    "", "/", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/+8", "10.0.0.0/8/8",
    "10.0.0.0/٨", "10.0.0.0/0000008", "10.0.0.0/255.0.0.0", "10/8", "::/129", "host/8",
  ])
  func invalidNetworksAreRefused(_ text: String) {
    #expect(IPNetwork(text) == nil)
  }

  @Test(arguments: [
    "", "127.1", "0x7f.0.0.1", "2130706433", "127.0.0.1.", "1.2.3.4.5", "256.0.0.1", "::g",
    "1::2::3", "[::1]", "fe80::1%eth0", "localhost", "1.2.3.4 ",
    "0000:0000:0000:0000:0000:0000:0000:0000:0000",
  ])
  func invalidAddressesAreRefused(_ text: String) {
    #expect(IPAddress(text) == nil)
  }

  @Test(arguments: [
    ("https://example.com", "https://example.com", "/"),
    ("HTTPS://Example.COM:443/A?b=c#d", "https://example.com", "/A?b=c"),
    ("http://example.com:80", "http://example.com", "/"),
    ("https://example.com:8443/", "https://example.com:8443", "/"),
    ("http://[::1]:80/x", "http://[::1]", "/x"),
    ("https://example.com?q", "https://example.com", "/?q"),
    ("https://example.com#f", "https://example.com", "/"),
  ])
  func validURLsAreParsed(_ text: String, _ origin: String, _ target: String) throws {
    let url = try #require(HTTPURL(text))
    #expect(url.origin == origin && url.target == target)
  }

  @Test(arguments: [
    "", "example.com", "ftp://example.com", "https://", "https:///path", "https://user@example.com",
    "https://user:pass@example.com", "https://example.com:0", "https://example.com:65536",
    "https://example.com:+80", "https://example.com:", "https://exa mple.com", "https://é.com",
    "https://example.com/a b", "https://example.com/a\r\nX: y", "https://example.com\\@evil.com",
    "https://[1.2.3.4]", "https://[::1", "https://::1", "javascript://example.com",
    "https://example.com/" + String(repeating: "a", count: 3000),
  ])
  func invalidURLsAreRefused(_ text: String) {
    #expect(HTTPURL(text) == nil)
  }

  @Test(arguments: [
    ("https://other.com/x", "https://other.com/x"), ("//other.com", "https://other.com"),
    ("/y?z", "https://a.com/y?z"), ("y", "https://a.com/b/y"), ("?q", "https://a.com/b/c?q"),
    ("#f", "https://a.com/b/"), ("file:///etc/passwd", nil), ("gopher://a", nil),
    ("javascript:alert", nil), ("//user@a.com", nil), ("/a b", nil),
  ])
  func referencesAreResolved(_ reference: String, _ expected: String?) throws {
    let base = try #require(HTTPURL("https://a.com/b/c?d"))
    #expect(base.resolving(reference)?.description == expected)
  }
}
