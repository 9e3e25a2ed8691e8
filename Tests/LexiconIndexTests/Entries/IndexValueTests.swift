import LexiconIndex
import Testing

@Test func textIsOrderedByCodePoint() {
  #expect(IndexValue.text("Z") < .text("a"))
  #expect(IndexValue.text("\u{FFFF}") < .text("\u{10000}"))
}
