import ATProtoSyntax
import Testing

@Suite struct HandleTests {
  @Test(
    "a valid handle is kept unchanged",
    arguments: [
      "jay.bsky.social", "8.cn", "name.t--t", "XX.LCS.MIT.EDU", "a.co", "xn--notarealidn.com",
      "xn--fiqa61au8b7zsevnm8ak20mc4a87e.xn--fiqs8s", "example.t", "laptop.local",
    ]
  )
  func valid(_ text: String) throws {
    #expect(try Handle(text).string == text)
    #expect(try ATIdentifier(text).handle?.string == text)
  }

  @Test(
    "a string that is not a handle is rejected with the code of its error",
    arguments: [
      ("", SyntaxError.Code.incomplete, 0),
      ("org", .segmentCount, 3),
      ("jo@hn.test", .character, 2),
      ("💩.test", .character, 0),
      ("john..test", .segment, 5),
      (".john.test", .segment, 0),
      ("name.org.", .segment, 9),
      ("xn--bcher-.tld", .segment, 9),
      ("-john.test", .segment, 0),
      ("john.0", .segment, 5),
      ("cn.8", .segment, 3),
      ("127.0.0.1", .segment, 8),
      ("john.test ", .character, 9),
      ("john.test\r\n", .character, 9),
    ]
  )
  func invalid(_ text: String, _ code: SyntaxError.Code, _ offset: Int) {
    #expect {
      _ = try Handle(text)
    } throws: { error in
      let error = error as? SyntaxError
      return error?.format == "handle" && error?.code == code && error?.offset == offset
    }
  }

  @Test("labels have at most 63 bytes, and handles 253")
  func lengths() {
    let label = String(repeating: "a", count: 63)
    #expect(code(Handle.self, label + ".test") == nil)
    #expect(code(Handle.self, label + "a.test") == .segment)
    let four = [label, label, label, String(repeating: "b", count: 61)].joined(separator: ".")
    #expect(four.utf8.count == 253)
    #expect(code(Handle.self, four) == nil)
    #expect(code(Handle.self, four + "b") == .tooLong)
  }

  @Test("a handle is normalized to lowercase")
  func normalizes() {
    let handle: Handle = "BlueskyWeb.xyz"
    #expect(handle.string == "BlueskyWeb.xyz")
    #expect(handle.normalized == "blueskyweb.xyz")
    #expect(handle.labels == ["BlueskyWeb", "xyz"])
    #expect(ATIdentifier.handle(handle).normalized.string == "blueskyweb.xyz")
  }

  @Test(
    "disallowed top-level domains are recognized",
    arguments: [
      ("blah.arpa", true), ("a.LOCAL", true), ("handle.invalid", true), ("a.onion", true),
      ("a.test", false), ("arpa.com", false),
    ]
  )
  func disallowedTopLevelDomains(_ text: String, _ isDisallowed: Bool) throws {
    #expect(try Handle(text).hasDisallowedTopLevelDomain == isDisallowed)
  }

  @Test("an identifier is a DID or a handle")
  func identifierDistinguishesDIDsFromHandles() {
    #expect(("did:plc:abc" as ATIdentifier).did == "did:plc:abc")
    #expect(code(ATIdentifier.self, "did:plc") == .incomplete)
    #expect(code(ATIdentifier.self, "@user.test") == .character)
    #expect(
      throws: SyntaxError(format: "at-identifier", code: .segmentCount, offset: 3, reason: "")
    ) {
      try ATIdentifier("did" as String)
    }
  }
}
