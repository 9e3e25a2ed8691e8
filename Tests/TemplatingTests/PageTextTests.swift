import Templating
import Testing

@Suite("Text of pages")
struct PageTextTests {
  /// A letter of the class Prepend joins what follows it, a combining mark what precedes it.
  static let joined: [(text: String, escaped: String)] = [
    ("\u{0D4E}<b>", "\u{0D4E}&lt;b&gt;"),
    ("\u{0600}<", "\u{0600}&lt;"),
    ("\u{111C2}&", "\u{111C2}&amp;"),
    ("\"\u{301} onclick='\u{308}", "&quot;\u{301} onclick=&#39;\u{308}"),
    (">\u{200D}", "&gt;\u{200D}"),
    ("<\u{FE0F}", "&lt;\u{FE0F}"),
    ("\r\n<é>", "\r\n&lt;é&gt;"),
    ("\0<", "\0&lt;"),
    ("plain", "plain"), ("", ""),
  ]

  @Test("text is escaped byte by byte", arguments: joined)
  func escapes(_ text: String, _ escaped: String) throws {
    #expect(Array(PageText.html(text).utf8) == Array(escaped.utf8))
  }

  @Test("templates escape in the same way, also in sections", arguments: joined)
  func templatesEscape(_ text: String, _ escaped: String) throws {
    let library = try TemplateLibrary([
      "test": Array("{{t}}|{{#s}}{{t}}{{/s}}|{{#l}}{{.}}{{/l}}|{{{t}}}".utf8)
    ])
    let view = TemplateView(["t": text, "s": [TemplateView(["t": text])], "l": [text]])
    let expected = [escaped, escaped, escaped, text].joined(separator: "|")
    #expect(Array(library.render(view, with: "test").utf8) == Array(expected.utf8))
  }

  @Test("a template begins with its own first byte")
  func templateIsKept() throws {
    let library = try TemplateLibrary([
      "line": Array("\n  a\n".utf8), "section": Array("{{#on}}\nx\n{{/on}}\n".utf8),
    ])
    #expect(library.render(TemplateView([:]), with: "line") == "\n  a\n")
    #expect(library.render(TemplateView(["on": true]), with: "section") == "x\n")
  }

  @Test("JSON in a script element has no bracket that could end it")
  func scripts() {
    #expect(
      PageText.script(json: "[\"\u{0D4E}</script>\"]").utf8.contains(UInt8(ascii: "<")) == false
    )
    #expect(PageText.script(json: "[\"<!--\"]") == "[\"\\u003c!--\"]")
  }
}
