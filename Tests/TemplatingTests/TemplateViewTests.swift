import Templating
import Testing

@Suite("Template views")
struct TemplateViewTests {
  private static func render(_ template: String, _ view: TemplateView) throws -> String {
    try TemplateLibrary(["test": Array(template.utf8)]).render(view, with: "test")
  }

  @Test("a section repeats for every element and shows the values of its own view")
  func sectionShowsTheValuesOfItsOwnView() throws {
    let view = TemplateView([
      "name": "outer", "isShown": true,
      "items": [TemplateView(["name": "a"]), TemplateView(["name": "b"])],
    ])
    let text = try Self.render(
      "{{name}}:{{#items}}{{name}}{{/items}}{{#isShown}}!{{/isShown}}",
      view
    )
    #expect(text == "outer:ab!")
  }

  @Test("text inside a section can use values of the enclosing view")
  func textCanUseTheEnclosingView() throws {
    let view = TemplateView(["access": "public ", "members": ["a", "b"]])
    #expect(
      try Self.render("{{#members}}{{access}}{{.}};{{/members}}", view) == "public a;public b;"
    )
  }

  @Test("a name that is missing from the innermost view traps instead of being inherited")
  func missingNameIsNotInherited() async {
    await #expect(processExitsWith: .failure) {
      let view = TemplateView(["name": "outer", "items": [TemplateView(["other": "a"])]])
      _ = try TemplateLibrary(["test": Array("{{#items}}{{name}}{{/items}}".utf8)])
        .render(view, with: "test")
    }
  }
}
