import ATProtoSyntax
import Testing

@Suite struct ATURITests {
  @Test(
    "a valid AT-URI is kept unchanged, and its parts are found",
    arguments: [
      ("at://foo.com/com.example.foo/123", "foo.com", "com.example.foo", "123"),
      ("at://did:plc:abc/com.example.foo/self", "did:plc:abc", "com.example.foo", "self"),
      ("at://did:plc:abc/com.example.foo", "did:plc:abc", "com.example.foo", nil),
      ("at://did:web:localhost%3A1234", "did:web:localhost%3A1234", nil, nil),
    ]
  )
  func valid(
    _ text: String,
    _ authority: String,
    _ collection: String?,
    _ recordKey: String?
  ) throws {
    let uri = try ATURI(text)
    #expect(uri.string == text)
    #expect(uri.authority.string == authority)
    #expect(uri.authority.did != nil || !authority.hasPrefix("did:"))
    #expect(uri.collection?.string == collection)
    #expect(uri.recordKey?.string == recordKey)
    #expect(GenericATURI(uri) == (try GenericATURI(text)))
  }

  @Test(
    "a string that is not an AT-URI is rejected with the code of its error",
    arguments: [
      ("", SyntaxError.Code.prefix, 0),
      ("AT://foo.com", .prefix, 0),
      ("at:/foo.com", .prefix, 0),
      ("at://", .authority, 5),
      ("at:///com.example.foo", .authority, 5),
      ("at://computer", .authority, 13),
      ("at://example.com:3000", .authority, 16),
      ("at://user:pass@foo.com", .authority, 9),
      ("at://@handle.example.com", .authority, 5),
      ("at://foo.com/", .collection, 13),
      ("at://foo.com/example/123", .collection, 20),
      ("at://foo.com/com.example.foo/", .recordKey, 29),
      ("at://foo.com/com.example.foo/1/2", .recordKey, 30),
      ("at://foo.com/com.example.foo/..", .recordKey, 29),
      ("at://foo.com/com.example.foo/%31", .recordKey, 29),
      ("at://foo.com?q=1", .authority, 12),
      ("at://foo.com/com.example.foo/1#/key", .recordKey, 30),
    ]
  )
  func invalid(_ text: String, _ code: SyntaxError.Code, _ offset: Int) {
    #expect {
      _ = try ATURI(text)
    } throws: { error in
      let error = error as? SyntaxError
      return error?.format == "at-uri" && error?.code == code && error?.offset == offset
    }
  }

  @Test("an AT-URI is created from its parts")
  func createdFromParts() {
    #expect(ATURI(.did("did:plc:abc")).string == "at://did:plc:abc")
    let uri = ATURI(.handle("Foo.com"), "COM.Example.Foo", "Key")
    #expect(uri == "at://Foo.com/COM.Example.Foo/Key")
    #expect(uri.collection == "COM.Example.Foo")
    #expect(uri.recordKey == "Key")
    #expect(uri.normalized == "at://foo.com/com.example.Foo/Key")
    #expect(ATURI(.did("did:plc:abc"), "a.b.c").recordKey == nil)
  }
}
