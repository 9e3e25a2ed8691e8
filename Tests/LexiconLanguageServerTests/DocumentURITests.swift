import Testing

@testable import LexiconLanguageServer

struct DocumentURITests {
  @Test(
    arguments: [
      ("file:///c%3A/a%20b.json", "file:///c:/a b.json"), ("file:///%C3%BC", "file:///ü"),
      ("untitled:Untitled-1", "untitled:Untitled%2D1"),
    ]
  )
  func percentEncodingDoesNotMatter(_ left: String, _ right: String) {
    #expect(DocumentURI(left) == DocumentURI(right))
    #expect(Set([DocumentURI(left), DocumentURI(right)]).count == 1)
    #expect(DocumentURI(left).description == left)
  }

  @Test(
    arguments: [
      ("file:///a/b%20c.json", "/a/b c.json"), ("file:///a/", "/a"), ("file:///", "/"),
      ("file:///a/./b//c/../d.json", "/a/b/d.json"), ("file:///../a", "/a"),
      ("file:///a/%CC%81b//c", "/a/\u{301}b/c"),
      ("file://localhost/a", "/a"), ("untitled:Untitled-1", nil), ("file:///100%", "/100%"),
    ]
  )
  func fileURIsHavePaths(_ uri: String, _ path: String?) {
    #expect(DocumentURI(uri).path == path)
  }

  @Test(arguments: ["/a b/ü#?%.json", "/plain-1_2~.json"])
  func pathsSurviveAsURIs(_ path: String) {
    #expect(DocumentURI(path: path).path == path)
  }
}
