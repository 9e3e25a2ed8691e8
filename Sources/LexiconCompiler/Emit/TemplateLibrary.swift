import LexiconTemplates
import Mustache

/// The parsed templates.
package struct TemplateLibrary {
  private let templates: [String: MustacheTemplate]

  /// - Parameter sources: of the templates, by name.
  package init(_ sources: [String: [UInt8]] = LexiconTemplates.sources) throws {
    templates = try sources.mapValues { bytes in
      try MustacheTemplate(string: String(decoding: bytes, as: UTF8.self))
    }
  }

  package func render(_ view: TemplateView, with name: String) -> String {
    guard let template = templates[name] else {
      preconditionFailure("no template is named \(name)")
    }
    return template.render(view)
  }
}
