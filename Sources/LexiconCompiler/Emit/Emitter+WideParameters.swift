import Templating

/// Methods with very many parameters.
///
/// The parameters are split into parts for the same reasons as the properties of structures (see
/// ``wideView(of:_:)``): an initializer that can fail after each of thousands of properties takes
/// the Swift compiler quadratic time. The order is that of the schema, because queries are written
/// in that order.
extension Emitter {
  func wideView(of parameters: Parameters, _ declaration: Declaration) -> TemplateView {
    let fields = parameters.fields.map(\.undocumented)
    let required = fields.enumerated().filter { !$0.element.canBeLeftOut }
    let hasChecks = fields.contains { !$0.checks.isEmpty }
    var values = base(declaration)
    values["path"] = declaration.path
    values["hasChecks"] = hasChecks
    values["parameterList"] = required.map { initialiserParameter($0.element) }
      .joined(separator: ", ")
    values["initialisation"] = required.map { index, field in
      "_part\(index / Self.partSize)[0].\(field.local) = \(field.local)"
    }
    values["fields"] = fields.indices.map { index in
      TemplateView([
        "doc": documentation(parameters.fields[index].documentation, indentedBy: 4),
        "accessor": computedProperty(
          fields[index].withDefaultApplied,
          stored: "_part\(index / Self.partSize)[0].\(fields[index].local)",
          isStoredOptional: fields[index].defaultLiteral == nil
        ),
      ])
    }
    values["parts"] = stride(from: 0, to: fields.count, by: Self.partSize).map { start in
      let part = fields[start..<min(start + Self.partSize, fields.count)]
      return TemplateView([
        "number": String(start / Self.partSize),
        "path": declaration.path,
        "stored": part.map(storedParameter),
        "decoding": part.map(parameterDecoding),
        "encoding": part.map { field in
          var field = field
          // Stored as an optional, but never nil after initialization.
          field.isRequired = false
          return parameterEncoding(field)
        },
        "hasChecks": hasChecks,
        "checks": part.flatMap { field in
          var field = field.withDefaultApplied
          if field.defaultLiteral == nil { field.isRequired = false }
          return checkLines(field)
        },
      ])
    }
    return TemplateView(values)
  }

  private func storedParameter(_ field: Field) -> String {
    let preset = field.defaultLiteral.map { " = \($0)" } ?? "?"
    return "var \(field.local): \(field.type.spelled)\(preset)"
  }
}

extension Field {
  /// The field without its description, so that it is stored under its own name even if it is
  /// deprecated.
  var undocumented: Field {
    var field = self
    field.documentation = nil
    return field
  }

  /// The field, marked as required if it has a default, because it is never nil then.
  var withDefaultApplied: Field {
    var field = self
    if defaultLiteral != nil { field.isRequired = true }
    return field
  }
}
