import Mustache

/// The values that a template sees, by name.
///
/// If the innermost view does not have a name, Mustache looks it up in the enclosing views, where
/// it may have another meaning. Here, a missing name is a programming error and stops the program:
/// a view must have every name that is used in the part of the template that it renders.
package struct TemplateView: MustacheParent, TemplateValue {
  let values: [String: any TemplateValue]

  package init(_ values: [String: any TemplateValue]) {
    self.values = values
  }

  func child(named name: String) -> Any? {
    guard let value = values[name] else {
      preconditionFailure("view without '\(name)'; it has \(values.keys.sorted())")
    }
    return value
  }
}

/// A type of value that a template can show, test or repeat.
package protocol TemplateValue: Sendable {}

/// Text, inserted with or without escaping.
extension String: TemplateValue {}
/// The condition of a section.
extension Bool: TemplateValue {}
/// A section that is repeated for every element, and omitted for an empty array.
extension Array: TemplateValue where Element: TemplateValue {}
