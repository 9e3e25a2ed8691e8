import Templating
import Testing

@Suite("Templates")
struct TemplateTests {
  private static func render(_ template: String, _ view: TemplateView) throws -> String {
    try TemplateLibrary(["test": Array(template.utf8)]).render(view, with: "test")
  }

  private static let view = TemplateView([
    "on": true, "off": false, "text": "<t>", "empty": "", "names": ["a", "b", "c"],
    "none": [String](), "views": [TemplateView(["on": false, "text": "v"])],
    "one": TemplateView(["text": "1"]),
  ])

  @Test(
    "sections show, repeat, and omit their content",
    arguments: [
      ("{{#on}}x{{/on}}{{#off}}y{{/off}}", "x"),
      ("{{^on}}x{{/on}}{{^off}}y{{/off}}", "y"),
      ("{{#names}}{{.}},{{/names}}", "a,b,c,"),
      ("{{^names}}x{{/names}}{{^none}}y{{/none}}{{#none}}z{{/none}}", "y"),
      ("{{#text}}{{{.}}}{{.}}{{/text}}", "<t>&lt;t&gt;"),
      ("{{#empty}}x{{/empty}}{{^empty}}y{{/empty}}", "x"),
      ("{{#one}}{{text}}{{/one}}{{{text}}}", "1<t>"),
      ("{{#views}}{{text}}{{^on}}!{{/on}}{{/views}}{{#on}}?{{/on}}", "v!?"),
      ("{{#names}}{{#first()}}[{{/first()}}{{.}}{{^first()}};{{/first()}}{{/names}}", "[ab;c;"),
      ("{{#names}}{{#on}}{{^first()}},{{/first()}}{{/on}}{{.}}{{/names}}", "a,b,c"),
      ("{{#names}}{{#none}}{{/none}}{{^first()}},{{/first()}}{{.}}{{/names}}", "a,b,c"),
      ("{{#names}}{{#names}}{{.}}{{/names}}{{^first()}}|{{/first()}}{{/names}}", "abcabc|abc|"),
      ("{ {text}} } }} {", "{ {text}} } }} {"), ("", ""), ("é\u{0}\n", "é\u{0}\n"),
    ]
  )
  func sections(_ template: String, _ expected: String) throws {
    #expect(try Self.render(template, Self.view) == expected)
  }

  @Test(
    "a tag of a section on a line of its own leaves no line behind",
    arguments: [
      ("a\n{{#on}}\nb\n{{/on}}\nc\n", "a\nb\nc\n"),
      ("  {{#on}}  \n  b\n\t{{/on}}", "  b\n"),
      ("a {{#on}}\nb\n{{/on}}\n", "a \nb\n"),
      ("{{#on}}b{{/on}}\n", "b\n"),
      ("{{#on}}{{/on}}\nx", "\nx"),
      ("{{text}}\n{{{text}}}\n", "&lt;t&gt;\n<t>\n"),
      ("a\r\n{{#on}}\r\nb\r\n{{/on}}\r\n", "a\r\nb\r\n"),
      ("{{#names}}\n{{.}}\n{{^first()}}\n-\n{{/first()}}\n{{/names}}\n", "a\nb\n-\nc\n-\n"),
    ]
  )
  func lines(_ template: String, _ expected: String) throws {
    #expect(try Self.render(template, Self.view) == expected)
  }

  @Test(
    "an invalid template is an error with its line",
    arguments: [
      ("a\n{{#on}}\n", 3, "the section 'on' does not end"),
      ("{{/on}}", 1, "no section 'on' ends here"),
      ("{{#on}}\n{{#off}}{{/on}}", 2, "no section 'on' ends here"),
      ("\n\n{{text", 3, "the tag does not end"), ("{{{text}}", 1, "the tag does not end"),
      ("{{}}", 1, "'' is not a valid name"), ("{{a.b}}", 1, "'a.b' is not a valid name"),
      ("{{> partial}}", 1, "'> partial' is not a valid name"),
    ]
  )
  func errors(_ template: String, _ line: Int, _ reason: String) {
    let error = #expect(throws: TemplateError.self) { try Self.render(template, Self.view) }
    #expect(error?.line == line)
    #expect(error?.reason == reason)
  }

  @Test("a flag, a list, or a view is not text")
  func wrongValue() async {
    await #expect(processExitsWith: .failure) {
      _ = try TemplateLibrary(["t": Array("{{x}}".utf8)])
        .render(TemplateView(["x": true]), with: "t")
    }
    await #expect(processExitsWith: .failure) {
      _ = try TemplateLibrary(["t": Array("{{x}}".utf8)])
        .render(TemplateView(["x": ["a"]]), with: "t")
    }
    await #expect(processExitsWith: .failure) {
      _ = try TemplateLibrary(["t": Array("{{x}}".utf8)])
        .render(TemplateView(["x": TemplateView([:])]), with: "t")
    }
  }
}
