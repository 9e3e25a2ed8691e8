import ATProtoSyntax
import Testing

@Suite struct CIDStringTests {
  @Test(
    "a string in any multibase is valid",
    arguments: [
      "bafyreidfayvfuwqa7qlnopdjiqrxzs6blmoeu4rujcjtnci5beludirz2a",
      "zdj7WWeQ43G6JJvLWQWZpyHuAMq6uYWRjkBXFad11vE2LHhQ7", "f0171122000", "mAXESIA+/0a",
    ]
  )
  func valid(_ text: String) throws {
    #expect(try CIDString(text).string == text)
  }

  @Test(
    "a string that is not a CID is rejected with the code of its error",
    arguments: [
      ("", SyntaxError.Code.tooShort), ("bafyrei", .tooShort), ("example.com", .multibase),
      ("QmbWqxBEKC3P8tqsKc98xmWNzrzDtRLMiMPL8wBuTGsMnR", .multibase),
      ("bAFYREIDFAYVF", .character), ("bafyrei0189", .character), ("zdj7WWeQ0OIl", .character),
      ("bafyreid ", .character), ("f0171é000", .character),
    ]
  )
  func invalid(_ text: String, _ expected: SyntaxError.Code) {
    #expect(code(CIDString.self, text) == expected)
  }

  @Test("256 bytes are valid, 257 are not")
  func lengthEndsAt256() {
    #expect(code(CIDString.self, "b" + String(repeating: "a", count: 255)) == nil)
    #expect(code(CIDString.self, "b" + String(repeating: "a", count: 256)) == .tooLong)
  }
}
