import Lexicon
import Templating

/// The fields of an object in order, with those of nested objects after their parent.
struct FieldList {
  private(set) var rows: [TemplateView] = []
  let types: TypeText

  init(_ types: TypeText) {
    self.types = types
  }

  /// - Parameter path: the beginning of the anchors, starting with the name of the definition.
  mutating func add(_ properties: [PropertySchema], path: [String], prefix: String = "") {
    for property in properties {
      let name = property.name.value
      var badges = [property.isRequired ? "required" : "optional"]
      if property.isNullable { badges.append("nullable") }
      add(
        name: prefix + name,
        schema: property.schema,
        badges: badges,
        path: path + [name]
      )
      if let (inner, suffix) = Self.nested(property.schema) {
        add(inner, path: path + [name], prefix: "\(prefix)\(name)\(suffix).")
      }
    }
  }

  private mutating func add(name: String, schema: Schema, badges: [String], path: [String]) {
    let isDeprecated = Deprecation.reason(in: schema.description) != nil
    rows.append(
      TemplateView([
        "anchor": SiteLinks.anchor(path),
        "name": name,
        "badges": badges + (isDeprecated ? ["deprecated"] : []),
        "type": types.type(schema).views,
        "constraints": Self.views(types.constraints(schema)),
        "paragraphs": schema.description.paragraphs.views,
      ])
    )
  }

  /// Adds a row that is not a field: an error of a method, or a permission of a set.
  mutating func add(
    name: String,
    description: String?,
    constraints: [(label: String, text: LinkedText)] = [],
    path: [String]
  ) {
    rows.append(
      TemplateView([
        "anchor": SiteLinks.anchor(path),
        "name": name,
        "badges": [String](),
        "type": [TemplateView](),
        "constraints": Self.views(constraints),
        "paragraphs": description.paragraphs.views,
      ])
    )
  }

  static func views(_ constraints: [(label: String, text: LinkedText)]) -> [TemplateView] {
    constraints.map { TemplateView(["label": $0.label, "value": $0.text.views]) }
  }

  /// The properties of an inline object, or of the inline objects in an array.
  private static func nested(_ schema: Schema) -> ([PropertySchema], suffix: String)? {
    switch schema.kind {
    case .object(let object): (object.properties, "")
    case .array(let array): nested(array.items).map { ($0.0, "[]\($0.suffix)") }
    default: nil
    }
  }
}

extension String? {
  /// The paragraphs that are not blank.
  var paragraphs: [String] {
    guard let text = self else { return [] }
    return text.split(whereSeparator: \.isNewline).map(String.init).filter { line in
      !line.allSatisfy(\.isWhitespace)
    }
  }
}
