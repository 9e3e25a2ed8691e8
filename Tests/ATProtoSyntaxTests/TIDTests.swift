import ATProtoSyntax
import Testing

@Suite struct TIDTests {
  @Test(
    "a valid TID has the expected number and parts",
    arguments: [
      ("2222222222222", 0), ("3jzfcijpj2z2a", 0x17FD_6873_EAF0_7C06), ("7777777777777", nil),
      ("3zzzzzzzzzzzz", 0x1FFF_FFFF_FFFF_FFFF), ("jzzzzzzzzzzzz", UInt64.max),
    ] as [(String, UInt64?)]
  )
  func valid(_ text: String, _ value: UInt64?) throws {
    let tid = try TID(text)
    #expect(tid.string == text)
    #expect(TID(rawValue: tid.rawValue) == tid)
    #expect(value == nil || tid.rawValue == value)
  }

  @Test(
    "a string that is not a TID is rejected with the code of its error",
    arguments: [
      ("3jzfcijpj2z21", SyntaxError.Code.character), ("0000000000000", .character),
      ("3JZFCIJPJ2Z2A", .character), ("3jzfcijpj2z2aa", .tooLong), ("3jzfcijpj2z2", .tooShort),
      ("222", .tooShort), ("", .tooShort), ("3jzf-cij-pj2z-2a", .tooLong),
      ("zzzzzzzzzzzzz", .range),
      ("kjzfcijpj2z2a", .range), ("3jzfcijpj2zé", .character),
    ]
  )
  func invalid(_ text: String, _ expected: SyntaxError.Code) {
    #expect(code(TID.self, text) == expected)
  }

  @Test("a TID has a time and a clock identifier")
  func parts() throws {
    let tid = try #require(TID(microseconds: 1_700_000_000_123_456, clockIdentifier: 1023))
    #expect(tid.microseconds == 1_700_000_000_123_456)
    #expect(tid.clockIdentifier == 1023)
    #expect(
      tid.instant == Datetime.Instant(seconds: 1_700_000_000, nanoseconds: 123_456_000)
    )
    #expect(try TID(tid.string) == tid)
    #expect(TID(microseconds: 1 << 53, clockIdentifier: 0) == nil)
    #expect(TID(microseconds: 0, clockIdentifier: 1024) == nil)
    #expect(RecordKey(tid).string == tid.string)
  }

  @Test("TIDs are ordered like their strings")
  func orderIsThatOfStrings() {
    var random = SeededRandom(seed: 2)
    let tids = (0..<500).map { _ in TID(rawValue: .random(in: 0...UInt64.max, using: &random)) }
    #expect(tids.sorted().map(\.string) == tids.map(\.string).sorted())
  }
}
