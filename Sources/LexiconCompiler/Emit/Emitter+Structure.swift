import Lexicon
import Templating

extension Emitter {
  func view(of structure: Structure, _ declaration: Declaration) -> TemplateView {
    let checks = structure.fields.flatMap(checkLines)
    var values = base(declaration)
    values.merge(
      [
        "conformances": conformances(of: structure),
        "recordMembers": recordMembers(structure.record),
        "keys": SwiftLiteral.table(structure.canonicalKeys),
        "hasKeys": !structure.canonicalKeys.isEmpty,
        "decoding": decodingLines(structure),
        // A second body costs compile time, so only types that are decoded often get one.
        "isStraight": structure.isData && structure.canonicalKeys.count <= 64,
        "straightDecoding": straightDecodingLines(structure),
        "requirements": requirementLines(structure),
        "encoding": encodingLines(structure),
        "hasChecks": !checks.isEmpty,
        "checks": checks,
      ]
    ) { $1 }
    let indices = canonicalIndices(structure)
    values["fields"] = structure.fields.map { field in
      TemplateView([
        "doc": documentation(field.documentation, indentedBy: 4),
        "declaration": declarationLines(field),
        "parameter": initialiserParameter(field),
        "initialisation": initialisation(field),
        "local": field.local,
        "storedType": field.storedType,
        "assignment": field.isRequired
          ? "self.\(field.stored) = _f\(indices[field.key] ?? 0)"
          : "self.\(field.stored) = \(field.local)",
      ])
    }
    return TemplateView(values)
  }

  /// The static properties that describe a record type.
  func recordMembers(_ record: Structure.Record?) -> [String] {
    guard let record else { return [] }
    let key =
      switch record.key {
      case .tid: ".tid"
      case .nsid: ".nsid"
      case .any: ".any"
      case .literal(let text): ".literal(\(SwiftLiteral.string(text)))"
      }
    return [
      "static var nsid: String { \(SwiftLiteral.string(record.nsid)) }",
      "static var recordKeyType: RecordKeyType { \(key) }",
    ]
  }

  private func canonicalIndices(_ structure: Structure) -> [String: Int] {
    Dictionary(
      structure.canonicalKeys.enumerated().map { ($1, $0) },
      uniquingKeysWith: { first, _ in first }
    )
  }

  private func declarationLines(_ field: Field) -> [String] {
    guard field.isHidden else {
      return ["\(access)var \(field.local): \(storedProperty(field, field.type.spelled))"]
    }
    return computedProperty(field, stored: field.storage, isStoredOptional: !field.isRequired)
      + ["var \(field.storage): \(storedProperty(field, field.storedType))"]
  }

  /// The type of a stored property.
  ///
  /// A variable declared as `T?` is implicitly initialized to nil: each initializer then builds the
  /// value in memory, assigns over the nils, and copies it out with a retain and a release for
  /// every string; and each such property has a function that returns the nil. This does not happen
  /// for a variable declared as `Optional<T>`, and posts decode a tenth faster.
  private func storedProperty(_ field: Field, _ type: String) -> String {
    field.isRequired ? type : "Optional<\(type)>"
  }

  /// A public computed property for `stored`, which may be boxed, and may be optional even though
  /// the field is required.
  func computedProperty(_ field: Field, stored: String, isStoredOptional: Bool) -> [String] {
    let value = isStoredOptional && field.isRequired ? "\(stored)!" : stored
    let read: String
    let write: String
    switch (field.isBoxed, field.isRequired) {
    case (false, _): (read, write) = (value, "newValue")
    case (true, true): (read, write) = ("\(value).value", "Box(newValue)")
    case (true, false): (read, write) = ("\(value)?.value", "newValue.map { Box($0) }")
    }
    return [deprecation(field.documentation)].compactMap(\.self) + [
      "\(access)var \(field.local): \(field.type.spelled)\(field.isRequired ? "" : "?") {",
      "  get { \(read) }",
      "  set { \(stored) = \(write) }",
      "}",
    ]
  }

  /// The attribute for a definition whose description says that it is deprecated.
  func deprecation(_ documentation: String?) -> String? {
    guard let reason = Deprecation.reason(in: documentation) else { return nil }
    let text = SwiftLiteral.commentLines(reason, width: .max).first ?? ""
    guard !text.isEmpty else { return "@available(*, deprecated)" }
    return "@available(*, deprecated, message: \(SwiftLiteral.string(text)))"
  }

  func initialiserParameter(_ field: Field) -> String {
    if !field.isRequired { return "\(field.local): \(field.type.spelled)? = nil" }
    let value = field.defaultLiteral.map { " = \($0)" } ?? ""
    return "\(field.local): \(field.type.spelled)\(value)"
  }

  private func initialisation(_ field: Field) -> String {
    guard field.isBoxed else { return "self.\(field.stored) = \(field.local)" }
    let box = field.isRequired ? "Box(\(field.local))" : "\(field.local).map { Box($0) }"
    return "self.\(field.storage) = \(box)"
  }

  /// Nothing may throw between the assignments: otherwise the value is built in memory and copied
  /// from there, with a retain and a release for every string.
  private func requirementLines(_ structure: Structure) -> [String] {
    let required = structure.fields.filter(\.isRequired)
    if required.isEmpty { return [] }
    let indices = canonicalIndices(structure)
    func number(_ field: Field) -> Int { indices[field.key] ?? 0 }
    // The reader marks at most 64 fields as present.
    if structure.canonicalKeys.count > 64 {
      return required.map {
        "let _f\(number($0)) = try _r.required(\($0.local), \(number($0)), _o)"
      }
    }
    let bindings = required.map { "let _f\(number($0)) = \($0.local)" }
    let numbers = required.map { String(number($0)) }
    return [
      "guard \(bindings.joined(separator: ", "))",
      "else { throw _r.missing(_o, \(numbers.joined(separator: ", "))) }",
    ]
  }

  private func decodingLines(_ structure: Structure) -> [String] {
    let fields = structure.fieldsByKey
    let last = structure.canonicalKeys.count - 1
    return structure.canonicalKeys.enumerated().map { index, key in
      let label = index == last ? "default:" : "case \(index):"
      guard let field = fields[key] else { return "\(label) \(typeRead(structure))" }
      return "\(label) \(field.local) = try \(field.storedType)(from: &_r)"
    }
  }

  private func straightDecodingLines(_ structure: Structure) -> [String] {
    let fields = structure.fieldsByKey
    return structure.canonicalKeys.enumerated().map { index, key in
      let read = fields[key].map { "\($0.local) = try \($0.storedType)(from: &_r)" }
      return "if try _r.hasField(\(index), &_o) { \(read ?? typeRead(structure)) }"
    }
  }

  /// Reads `$type`, the only key of a record that is not a field.
  func typeRead(_ structure: Structure) -> String {
    "try _r.type(\(typeLiteral(structure)))"
  }

  /// The type as a literal, whose bytes are available without a conversion from `String`.
  func typeLiteral(_ structure: Structure) -> String {
    SwiftLiteral.string(structure.record?.nsid ?? "")
  }

  private func encodingLines(_ structure: Structure) -> [String] {
    let fields = structure.fieldsByKey
    return structure.canonicalKeys.enumerated().map { index, key in
      guard let field = fields[key] else {
        return "_w.type(\(index), \(typeLiteral(structure)), &_o)"
      }
      let call = field.isRequired ? "field" : "optional"
      return "_w.\(call)(\(index), \(field.stored), &_o)"
    }
  }
}

extension Structure {
  var fieldsByKey: [String: Field] {
    Dictionary(fields.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
  }
}

extension Field {
  /// The identifier in source code.
  var local: String { SwiftKeywords.spelled(name) }

  /// The property that the codec reads and writes.
  var stored: String { isHidden ? storage : local }

  /// The result is unique, because members do not start with an ASCII capital.
  var storage: String {
    let first = name.prefix(1)
    return "_stored" + (first.utf8.count == 1 ? first.uppercased() : String(first))
      + name.dropFirst()
  }

  /// Whether the public property is computed: the value is boxed, or the property is deprecated and
  /// generated code must use it without a warning.
  var isHidden: Bool { isBoxed || Deprecation.reason(in: documentation) != nil }

  var storedType: String { isBoxed ? "Box<\(type.spelled)>" : type.spelled }
}
