/// Parsed templates, ready to render.
package struct TemplateLibrary: Sendable {
  private let templates: [String: Template]

  /// Parses templates.
  ///
  /// - Parameter sources: templates as UTF-8, by name.
  /// - Throws: ``TemplateError`` if a source is not a valid template.
  package init(_ sources: [String: [UInt8]]) throws {
    templates = try sources.mapValues(Template.init)
  }

  /// Renders the template called `name`, which must be in the library, with the values of `view`.
  package func render(_ view: TemplateView, with name: String) -> String {
    guard let template = templates[name] else {
      preconditionFailure("no template named '\(name)'")
    }
    return TemplateRenderer.render(template, view)
  }
}
