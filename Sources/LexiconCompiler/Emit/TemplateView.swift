import Mustache

/// What a template sees: named values, each text, truth, list or another view.
///
/// A name that a view lacks would be looked up in the views around it, so every view gives all
/// the names its template uses.
package struct TemplateView: MustacheParent {
  let values: [String: Any]

  package init(_ values: [String: Any]) {
    self.values = values
  }

  func child(named name: String) -> Any? { values[name] }
}
