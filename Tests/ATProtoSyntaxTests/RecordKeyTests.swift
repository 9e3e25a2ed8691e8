import ATProtoSyntax
import Testing

@Suite struct RecordKeyTests {
  @Test(
    "a valid record key is kept unchanged",
    arguments: [
      "3jui7kd54zh2y", "self", "example.com", "~1.2-3_", "dHJ1ZQ", "pre:fix", "_", "...",
    ]
  )
  func valid(_ text: String) throws {
    #expect(try RecordKey(text).string == text)
  }

  @Test(
    "a string that is not a record key is rejected with the code of its error",
    arguments: [
      ("", SyntaxError.Code.incomplete), (".", .reserved), ("..", .reserved),
      ("alpha/beta", .character), ("#extra", .character), ("@handle", .character),
      ("any space", .character), ("any+space", .character), ("number[3]", .character),
      ("number(3)", .character), ("\"quote\"", .character), ("dHJ1ZQ==", .character),
      ("a%20", .character), ("é", .character),
    ]
  )
  func invalid(_ text: String, _ expected: SyntaxError.Code) {
    #expect(code(RecordKey.self, text) == expected)
  }

  @Test("512 bytes are valid, 513 are not")
  func lengthEndsAt512() {
    #expect(code(RecordKey.self, String(repeating: "o", count: 512)) == nil)
    #expect(code(RecordKey.self, String(repeating: "o", count: 513)) == .tooLong)
  }
}
