import ATProtoSyntax
import Testing

@Suite struct GenericATURITests {
  @Test(
    "a valid generic AT-URI is kept unchanged",
    arguments: [
      "at://foo.com/com.example.foo/123", "at://foo.com/example/123", "at://computer",
      "at://example.com:3000", "at://did:plc:abc/a/b/c/d?q=/?x#/key[0]/~1", "at://a?#/",
    ]
  )
  func valid(_ text: String) throws {
    #expect(try GenericATURI(text).string == text)
  }

  @Test(
    "a string that is not a generic AT-URI is rejected with the code of its error",
    arguments: [
      ("at://foo.com/", SyntaxError.Code.segment), ("at://foo.com//a", .segment),
      ("at://foo.com/a/", .segment), ("at://foo.com/?q", .segment),
      ("at://foo.com/a/#/b", .segment),
      ("at://user:pass@foo.com", .character),
      ("at://@foo.com", .authority), ("at:///a", .authority), ("at://", .authority),
      ("AT://foo.com", .prefix), ("at://foo.com/%3", .percentEncoding),
      ("at://foo.com#", .fragment), ("at://foo.com#key", .fragment),
      ("at://foo.com#/a#/b", .character),
      ("at://foo.com/a b", .character), ("at://foo.com/é", .character),
    ]
  )
  func invalid(_ text: String, _ code: SyntaxError.Code) {
    #expect(throws: SyntaxError(format: "generic at-uri", code: code, offset: 0, reason: "")) {
      _ = try GenericATURI(text)
    }
  }

  @Test("a generic AT-URI has an authority, path, query, and fragment")
  func parts() throws {
    let uri = try GenericATURI("at://foo.com/a/b?q=1?2#/k/0")
    #expect(uri.authority == "foo.com")
    #expect(uri.pathSegments == ["a", "b"])
    #expect(uri.query == "q=1?2")
    #expect(uri.fragment == "/k/0")
  }

  @Test(
    "a URI is normalized",
    arguments: [
      ("at://Foo.COM/COM.Example.Foo/%41%2f", "at://foo.com/com.example.Foo/A%2F"),
      ("at://foo.com/a/./b/../c", "at://foo.com/a/c"),
      ("at://foo.com/../%2e%2E", "at://foo.com"),
      ("at://did%3Aweb:a%3a1", "at://did:web:a:1"),
      ("at://Computer/x?%7e#/%7E", "at://Computer/x?~#/~"),
    ]
  )
  func normalizes(_ text: String, _ normalized: String) throws {
    let result = try GenericATURI(text).normalized
    #expect(result.string == normalized)
    #expect(try GenericATURI(normalized) == result)
    #expect(result.normalized == result)
  }
}
