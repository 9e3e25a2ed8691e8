import Mustache

/// The values that a template sees, by name.
///
/// Mustache looks up a name that the innermost view lacks in the views around it, where the name
/// may mean something else. Here that is a mistake of the view and stops the program: a view has
/// every name that the part of the template rendered with it uses.
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
package protocol TemplateValue {}

/// Text, inserted with or without escaping.
extension String: TemplateValue {}
/// The condition of a section.
extension Bool: TemplateValue {}
/// A section repeated for every element; none for an empty array.
extension Array: TemplateValue where Element: TemplateValue {}
