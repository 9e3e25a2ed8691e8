import ATProtoSyntax
import Testing

@Suite struct DIDTests {
  @Test(
    "a valid DID is kept unchanged",
    arguments: [
      "did:plc:ewvi7nxzyoun6zhxrhs64oiz", "did:web:user.example.com", "did:method:val:two",
      "did:m:v", "did:method::::val", "did:method:-:_:.", "did:web:localhost%3A1234", "did:a:%zz-",
    ]
  )
  func valid(_ text: String) throws {
    #expect(try DID(text).string == text)
  }

  @Test(
    "a string that is not a DID is rejected with the code of its error",
    arguments: [
      ("", SyntaxError.Code.prefix, 0),
      ("DID:method:val", .prefix, 0),
      ("did:METHOD:val", .method, 4),
      ("did:m123:val", .method, 5),
      ("did::val", .method, 4),
      ("did:method", .incomplete, 10),
      ("did:method:", .incomplete, 11),
      ("did:method:val/two", .character, 14),
      ("did:method:val?two", .character, 14),
      ("did:method:val#two", .character, 14),
      ("did:method:vål", .character, 12),
      ("did:method:val\u{0}", .character, 14),
      ("did:method:val:", .ending, 14),
      ("did:method:val%", .ending, 14),
    ]
  )
  func invalid(_ text: String, _ code: SyntaxError.Code, _ offset: Int) {
    #expect {
      _ = try DID(text)
    } throws: { error in
      let error = error as? SyntaxError
      return error?.format == "did" && error?.code == code && error?.offset == offset
    }
  }

  @Test("2048 bytes are valid, 2049 are not")
  func lengthEndsAt2048() {
    #expect(code(DID.self, "did:a:" + String(repeating: "b", count: 2042)) == nil)
    #expect(code(DID.self, "did:a:" + String(repeating: "b", count: 2043)) == .tooLong)
  }

  @Test("a DID has a method and an identifier")
  func parts() {
    let did: DID = "did:web:localhost%3A1234:user"
    #expect(did.method == "web")
    #expect(did.identifier == "localhost%3A1234:user")
  }

  @Test("an invalid literal traps")
  func invalidLiteralTraps() async {
    await #expect(processExitsWith: .failure) {
      let did: DID = "plc:abc"
      print(did)
    }
  }
}
