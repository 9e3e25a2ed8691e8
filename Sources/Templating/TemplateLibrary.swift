import Mustache

/// Parsed templates, ready to render.
package struct TemplateLibrary: Sendable {
  private let templates: [String: MustacheTemplate]

  /// Parses templates.
  ///
  /// - Parameter sources: Mustache text as UTF-8, by template name.
  /// - Throws: a parser error of swift-mustache if a source is not a valid template.
  package init(_ sources: [String: [UInt8]]) throws {
    MustacheContentTypes.register(PageContentType(), named: PageContentType.name)
    templates = try sources.mapValues { bytes in
      try MustacheTemplate(
        string: PageContentType.line + String(decoding: bytes, as: UTF8.self)
      )
    }
  }

  /// Renders the template called `name`, which must be in the library, with the values of `view`.
  package func render(_ view: TemplateView, with name: String) -> String {
    guard let template = templates[name] else {
      preconditionFailure("no template named '\(name)'")
    }
    return template.render(view)
  }
}
