import Templating

/// Structures with very many properties.
///
/// An initializer with about a thousand parameters crashes the Swift compiler, and a decoder with as
/// many local variables takes it quadratic time. The properties are therefore split into parts, in
/// the canonical order of the keys, each with its own codec; the public properties are computed.
extension Emitter {
  /// Structures with more properties are split into parts.
  static let widestStructure = 256
  static let partSize = 64

  func wideView(of structure: Structure, _ declaration: Declaration) -> TemplateView {
    let fields = structure.fieldsByKey
    let keys = structure.canonicalKeys
    let starts = Array(stride(from: 0, to: keys.count, by: Self.partSize))
    var parts: [String: Int] = [:]
    for (index, key) in keys.enumerated() { parts[key] = index / Self.partSize }
    let required = structure.fields.filter(\.isRequired)

    var values = base(declaration)
    values["conformances"] = conformances(of: structure)
    values["recordMembers"] = recordMembers(structure.record)
    values["keys"] = SwiftLiteral.table(keys)
    values["path"] = declaration.path
    values["parameters"] = required.map(initialiserParameter).joined(separator: ", ")
    values["initialisation"] = required.map { field in
      let value = field.isBoxed ? "Box(\(field.local))" : field.local
      return "_part\(parts[field.key] ?? 0)[0].\(field.stored) = \(value)"
    }
    values["fields"] = structure.fields.map { field in
      TemplateView([
        "doc": documentation(field.documentation, indentedBy: 4),
        "accessor": computedProperty(
          field,
          stored: "_part\(parts[field.key] ?? 0)[0].\(field.stored)",
          isStoredOptional: true
        ),
      ])
    }
    values["parts"] = starts.enumerated().map { number, start in
      let end = min(start + Self.partSize, keys.count)
      return partView(
        number,
        keys[start..<end],
        isLast: end == keys.count,
        fields,
        structure,
        path: declaration.path
      )
    }
    return TemplateView(values)
  }

  private func partView(
    _ number: Int,
    _ keys: ArraySlice<String>,
    isLast: Bool,
    _ fields: [String: Field],
    _ structure: Structure,
    path: String
  ) -> TemplateView {
    var stored: [String] = []
    var decoding: [String] = []
    var requirements: [String] = []
    var encoding: [String] = []
    var checks: [String] = []
    for index in keys.indices {
      let label = index == keys.endIndex - 1 ? "default:" : "case \(index):"
      guard var field = fields[keys[index]] else {
        decoding.append("\(label) \(typeRead(structure))")
        encoding.append("_w.type(\(index), \(typeLiteral(structure)), &_o)")
        continue
      }
      stored.append("var \(field.stored): \(field.storedType)?")
      decoding.append("\(label) \(field.stored) = try \(field.storedType)(from: &_r)")
      encoding.append("_w.optional(\(index), \(field.stored), &_o)")
      if field.isRequired {
        requirements.append("_ = try _r.required(\(field.stored), \(index), _o)")
      }
      field.isRequired = false
      checks += checkLines(field)
    }
    return TemplateView([
      "number": String(number),
      "path": path,
      "label": isLast ? "default:" : "case \(keys.startIndex)..<\(keys.endIndex):",
      "stored": stored,
      "decoding": decoding,
      "requirements": requirements,
      "encoding": encoding,
      "checks": checks,
    ])
  }

  func conformances(of structure: Structure) -> String {
    (structure.record == nil ? "LexiconObject" : "LexiconRecord")
      + (structure.isBody ? ", XRPCBody" : "")
  }
}
