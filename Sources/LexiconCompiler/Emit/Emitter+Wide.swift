/// Structures with very many properties.
///
/// An initialiser with all of them crashes the Swift compiler at about a thousand, and a decoder
/// with all of them as locals costs it time in proportion to their square. So the properties lie
/// in parts, each with a codec of its own; the public ones are computed. The parts are cut in the
/// canonical order of the keys.
extension Emitter {
  /// More properties than this are laid out in parts.
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
    values["nsid"] = structure.recordType.map { [SwiftLiteral.string($0)] } ?? []
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
      return partView(number, keys[start..<end], isLast: end == keys.count, fields, structure)
    }
    return TemplateView(values)
  }

  private func partView(
    _ number: Int,
    _ keys: ArraySlice<String>,
    isLast: Bool,
    _ fields: [String: Field],
    _ structure: Structure
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
      "number": number,
      "label": isLast ? "default:" : "case \(keys.startIndex)..<\(keys.endIndex):",
      "stored": stored,
      "decoding": decoding,
      "requirements": requirements,
      "encoding": encoding,
      "checks": checks,
    ])
  }

  func conformances(of structure: Structure) -> String {
    (structure.recordType == nil ? "LexiconObject" : "LexiconRecord")
      + (structure.isBody ? ", XRPCBody" : "")
  }
}
