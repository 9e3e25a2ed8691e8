import Testing

@testable import LexiconCompiler

/// Keys are written as a single literal, whatever they contain.
@Suite("Table literals") struct TableLiteralTests {
  @Test("keys are separated by a character that none of them contains")
  func separator() {
    #expect(SwiftLiteral.table([]) == "")
    #expect(SwiftLiteral.table(["a", "bb"]) == #""a bb""#)
    #expect(SwiftLiteral.table(["a b", "c"]) == #""a b!c", separator: "!""#)
    #expect(SwiftLiteral.table(["a b", "c!"]) == ##""a b\"c!", separator: "\"""##)
  }
}
