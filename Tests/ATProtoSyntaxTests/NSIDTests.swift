import ATProtoSyntax
import Testing

@Suite struct NSIDTests {
  @Test(
    "a valid NSID is kept unchanged",
    arguments: [
      "com.example.fooBar", "net.users.bob.ping", "a-0.b-1.c", "a.b.c", "com.example.fooBarV2",
      "cn.8.lex.stuff", "a.0.c",
    ]
  )
  func valid(_ text: String) throws {
    #expect(try NSID(text).string == text)
  }

  @Test(
    "a string that is not an NSID is rejected with the code of its error",
    arguments: [
      ("", SyntaxError.Code.incomplete, 0),
      ("com.exa💩ple.thing", .character, 7),
      ("com.example", .segmentCount, 11),
      ("com.example.3", .name, 12),
      ("com.example.foo-bar", .name, 15),
      ("com.example.*", .character, 12),
      ("com..foo", .segment, 4),
      ("com.example.", .segment, 12),
      ("com.example-.foo", .segment, 11),
      ("0com.example.foo", .segment, 0),
      ("1.0.0.127.record", .segment, 0),
    ]
  )
  func invalid(_ text: String, _ code: SyntaxError.Code, _ offset: Int) {
    #expect {
      _ = try NSID(text)
    } throws: { error in
      let error = error as? SyntaxError
      return error?.format == "nsid" && error?.code == code && error?.offset == offset
    }
  }

  @Test("an NSID has at most 317 bytes")
  func lengths() {
    let label = String(repeating: "o", count: 63)
    let authority = "\(label).\(label).\(label).\(String(repeating: "o", count: 61))"
    #expect(code(NSID.self, "\(authority).\(label)") == nil)
    #expect(code(NSID.self, "\(authority).\(label)o") == .tooLong)
    #expect(code(NSID.self, "com.example.\(label)o") == .segment)
    #expect(code(NSID.self, "com.\(label)o.name") == .segment)
  }

  @Test("a domain authority longer than a hostname has no domain")
  func domainAuthorityLongerThanAHostnameHasNoDomain() throws {
    let label = String(repeating: "o", count: 63)
    let authority = "\(label).\(label).\(label).\(String(repeating: "o", count: 61))"
    #expect(try NSID("\(authority).name").domain?.string.utf8.count == 253)
    #expect(try NSID("\(authority)o.name").domain == nil)
  }

  @Test("an NSID has a domain authority, a domain, and a name")
  func parts() {
    let nsid: NSID = "COM.Example.fooBar"
    #expect(nsid.authority == "COM.Example")
    #expect(nsid.domain == "example.com")
    #expect(nsid.name == "fooBar")
    #expect(nsid.segments == ["COM", "Example", "fooBar"])
    #expect(nsid.normalized == "com.example.fooBar")
  }

  @Test("NSIDs are ordered by bytes")
  func ordersByBytes() {
    let sorted: [NSID] = ["a.b.Z", "a.b.a", "a.b.a0", "a.b.aa", "a.b-c.d"]
    #expect(sorted.shuffled().sorted().map(\.string) == sorted.map(\.string).sorted())
    #expect(("a.b-c.d" as NSID) < ("a.b.c" as NSID))
  }
}
