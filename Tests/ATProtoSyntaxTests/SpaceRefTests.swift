import ATProtoSyntax
import Testing

@Suite("Space references")
struct SpaceRefTests {
  @Test("A valid reference is kept unchanged, with its parts")
  func partsAreParsed() throws {
    let text = "at://did:plc:ewvi7nxzyoun6zhxrhs64oiz/space/com.example.forum/self"
    let space = try SpaceRef(text)
    #expect(space.string == text)
    #expect(space.authority == "did:plc:ewvi7nxzyoun6zhxrhs64oiz")
    #expect(space.type == "com.example.forum" && space.key == "self")
  }

  @Test(
    "A string that is not a reference is rejected",
    arguments: [
      "", "at://", "did:plc:abc", "at://did:plc:abc", "at://did:plc:abc/space",
      "at://did:plc:abc/space/com.example.forum", "at://did:plc:abc/space/com.example.forum/",
      "at://did:plc:abc/space/com.example.forum/..", "at://did:plc:abc/space/forum/self",
      "at://a.example/space/com.example.forum/self",
      "at://did:plc:abc/Space/com.example.forum/self",
      "at://did:plc:abc/space/com.example.forum/self/",
      "AT://did:plc:abc/space/com.example.forum/a",
      "at://did:plc:abc/space/com.example.forum/self/did:plc:abc/com.example.note/self",
      "at://did:plc:abc/com.example.forum/self", "at://did:plc:abc/space/com.example.forum/a b",
    ]
  )
  func otherTextIsRejected(_ text: String) {
    #expect(throws: SyntaxError.self) { try SpaceRef(text) }
  }

  @Test("An error has the offset of the faulty part")
  func errorsHaveOffsets() {
    let text = "at://did:plc:abc/space/com.example.forum/a b"
    do throws(SyntaxError) {
      _ = try SpaceRef(text)
      Issue.record("accepted")
    } catch {
      #expect(error.offset == 42 && error.format == "space-ref")
    }
  }
}
