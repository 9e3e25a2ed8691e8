import Testing

@testable import LexiconCompiler

/// Keys are written as one literal, whatever is in them.
@Suite("Literals of tables") struct TableLiteralTests {
  @Test func separateKeysByWhatIsInNone() {
    #expect(SwiftLiteral.table([]) == "")
    #expect(SwiftLiteral.table(["a", "bb"]) == #""a bb""#)
    #expect(SwiftLiteral.table(["a b", "c"]) == #""a b!c", separator: "!""#)
    #expect(SwiftLiteral.table(["a b", "c!"]) == ##""a b\"c!", separator: "\"""##)
  }
}
