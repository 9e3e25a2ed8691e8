import ATProtoSyntax
import Testing

@Suite struct URIStringTests {
  // RFC 3986, 1.1.2, and schemes named in the Lexicon specification.
  @Test(
    "a valid URI is kept unchanged",
    arguments: [
      "ftp://ftp.is.co.za/rfc/rfc1808.txt", "ldap://[2001:db8::7]/c=GB?objectClass?one",
      "mailto:John.Doe@example.com", "tel:+1-816-555-1212", "telnet://192.0.2.16:80/",
      "urn:oasis:names:specification:docbook:dtd:xml:4.1.2", "file:///etc/hosts",
      "did:plc:ewvi7nxzyoun6zhxrhs64oiz", "at://did:plc:abc/com.example.foo/1", "wss://example.com",
      "ipfs://bafyreidfayvfuwqa7qlnopdjiqrxzs6blmoeu4rujcjtnci5beludirz2a", "dns:example.com",
      "HTTPS://example.com/a%20b?c[]=1#d", "a:b",
    ]
  )
  func valid(_ text: String) throws {
    #expect(try URIString(text).string == text)
  }

  @Test(
    "a string that is not a URI is rejected with the code of its error",
    arguments: [
      ("", SyntaxError.Code.incomplete), ("example.com", .scheme), ("//example.com", .scheme),
      ("://example.com", .scheme), ("1http://a", .scheme), ("ht_tp://a", .scheme),
      ("http:", .incomplete), ("https://example.com/a b", .character),
      ("https://example.com/a|b", .character), ("https://example.com/é", .character),
      ("https://example.com/<a>", .character), ("https://example.com/\n", .character),
      ("https://example.com/%", .percentEncoding), ("https://example.com/%zz", .percentEncoding),
      ("https://example.com/#a#b", .fragment),
    ]
  )
  func invalid(_ text: String, _ expected: SyntaxError.Code) {
    #expect(code(URIString.self, text) == expected)
  }

  @Test("8192 bytes are valid, 8193 are not")
  func lengthEndsAt8192() {
    #expect(code(URIString.self, "a:" + String(repeating: "b", count: 8190)) == nil)
    #expect(code(URIString.self, "a:" + String(repeating: "b", count: 8191)) == .tooLong)
  }

  @Test("the scheme is converted to lowercase")
  func scheme() {
    #expect(("HTTPS://example.com:80" as URIString).scheme == "https")
  }
}
