/// The values that a template sees, by name.
///
/// Mustache would look up a name that the innermost view does not have in the enclosing views, where
/// it may have another meaning. Here, a missing name is a programming error and stops the program:
/// a view must have every name that is used in the part of the template that it renders.
package struct TemplateView: TemplateValue {
  let values: [String: any TemplateValue]

  package init(_ values: [String: any TemplateValue]) {
    self.values = values
  }

  package var content: TemplateContent { .view(self) }

  func value(named name: String) -> any TemplateValue {
    guard let value = values[name] else {
      preconditionFailure("view without '\(name)'; it has \(values.keys.sorted())")
    }
    return value
  }
}

/// A type of value that a template can show, test or repeat.
package protocol TemplateValue: Sendable {
  /// The value in the form that templates distinguish.
  var content: TemplateContent { get }
}

/// What a template can do with a value.
package enum TemplateContent {
  /// Text, inserted with or without escaping.
  case text(String)
  /// The condition of a section.
  case flag(Bool)
  /// A section that is repeated for every element, and omitted for an empty array.
  case list([any TemplateValue])
  /// The names of a section.
  case view(TemplateView)
}

extension String: TemplateValue {
  package var content: TemplateContent { .text(self) }
}

extension Bool: TemplateValue {
  package var content: TemplateContent { .flag(self) }
}

extension Array: TemplateValue where Element: TemplateValue {
  package var content: TemplateContent { .list(self) }
}
