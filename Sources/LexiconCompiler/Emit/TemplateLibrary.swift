import LexiconTemplates
import Mustache

/// The parsed templates.
struct TemplateLibrary {
  private let templates: [String: MustacheTemplate]

  init() throws {
    templates = try LexiconTemplates.sources.mapValues { bytes in
      try MustacheTemplate(string: String(decoding: bytes, as: UTF8.self))
    }
  }

  func render(_ view: TemplateView, with name: String) -> String {
    guard let template = templates[name] else {
      preconditionFailure("no template is named \(name)")
    }
    return template.render(view)
  }
}
