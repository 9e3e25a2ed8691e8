import Lexicon

/// Prints the intermediate representation, for `lexgen dump-ir` and for tests.
///
/// Each declaration starts a line, with one line below it for each field. The format is for people
/// and may change.
public enum IRPrinter {
  /// The text of a module, with a trailing newline.
  public static func text(of module: SwiftModule) -> String {
    var text = "module \(module.name)"
    if !module.imports.isEmpty { text += " imports \(module.imports.joined(separator: ", "))" }
    text += "\n"
    for file in module.files {
      text += "\nfile \(file.fileName) group \(file.group) scope \(file.scope)\n"
      for declaration in file.declarations {
        text += lines(of: declaration).joined(separator: "\n") + "\n"
      }
    }
    return text
  }

  private static func lines(of declaration: Declaration) -> [String] {
    let head = { (kind: String) in "  \(kind) \(declaration.path) <- \(declaration.origin)" }
    switch declaration.kind {
    case .structure(let structure):
      let kind = structure.record.map { "record key \($0.key.printed)" } ?? "object"
      return [head(kind + (structure.isBody ? " body" : ""))]
        + structure.fields.map(line) + [
          "    order \(structure.canonicalKeys.joined(separator: " "))"
        ]
    case .union(let union):
      return [head(union.isClosed ? "closed union" : "union")]
        + union.members.map { member in
          "    case \(member.name): \(member.type.path) <- \(member.id)"
            + (member.isIndirect ? " indirect" : "")
        }
    case .openString(let string):
      return [head("open string")] + string.values.map(line)
    case .closedString(let string):
      return [head("closed string")] + string.values.map(line)
    case .alias(let type): return [head("alias") + " = \(type.spelled)"]
    case .namespace: return [head("namespace")]
    case .token(let id): return [head("token") + " = \(id)"]
    case .method(let method):
      return [
        head(method.verb.rawValue),
        "    input \(describe(method.input)), output \(describe(method.output))",
      ]
    case .parameters(let parameters):
      return [head("parameters")] + parameters.fields.map(line)
    case .failure(let failures):
      return [head("failure")] + failures.map { "    case \($0.name) <- \($0.error)" }
    case .permissionSet(let set, _):
      return [head("permission set")] + set.permissions.map { "    \($0.resource.value)" }
    }
  }

  private static func line(_ field: Field) -> String {
    var text = "    \(field.name): \(field.type.spelled)\(field.isRequired ? "" : "?")"
    if field.name != field.key { text += " key \(SwiftLiteral.string(field.key))" }
    if field.isBoxed { text += " boxed" }
    if let value = field.defaultLiteral { text += " default \(value)" }
    if !field.checks.isEmpty {
      text += " checks \(field.checks.map(describe).joined(separator: ", "))"
    }
    return text
  }

  private static func line(_ value: StringConstant) -> String {
    "    \(value.name) = \(SwiftLiteral.string(value.value))"
  }

  private static func describe(_ body: Method.Body) -> String {
    switch body {
    case .none: "none"
    case .raw(let encoding): "bytes of \(encoding)"
    case .declared: "declared"
    case .type(let type): type.spelled
    case .foreign(let type): "wrapped \(type.spelled)"
    case .anyJSON: "any JSON"
    }
  }

  private static func describe(_ check: Check) -> String {
    switch check {
    case .string(let length, let graphemes, let const):
      "string\(describe(length, "bytes"))\(describe(graphemes, "graphemes"))"
        + (const.map { " is \(SwiftLiteral.string($0))" } ?? "")
    case .integer(let minimum, let maximum, let const, let oneOf):
      "integer\(describe(LengthLimits(minimum: minimum, maximum: maximum), ""))"
        + (const.map { " is \($0)" } ?? "") + (oneOf.map { " of \($0)" } ?? "")
    case .boolean(let const): "is \(const)"
    case .bytes(let limits): "bytes\(describe(limits, ""))"
    case .blob(let accept, let maxSize):
      "blob" + (accept.map { " of \($0)" } ?? "") + (maxSize.map { " to \($0) bytes" } ?? "")
    case .count(let limits): "count\(describe(limits, ""))"
    case .nested: "nested"
    case .each(let checks, _): "each(\(checks.map(describe).joined(separator: ", ")))"
    }
  }

  private static func describe(_ limits: LengthLimits, _ unit: String) -> String {
    guard !limits.isEmpty else { return "" }
    let low = limits.minimum.map(String.init) ?? (unit.isEmpty ? "" : "0")
    let high = limits.maximum.map(String.init) ?? ""
    return " \(low)...\(high)" + (unit.isEmpty ? "" : " \(unit)")
  }
}

extension RecordSchema.Key {
  /// The key type as written in documents.
  fileprivate var printed: String {
    switch self {
    case .tid: "tid"
    case .nsid: "nsid"
    case .any: "any"
    case .literal(let text): "literal:\(SwiftLiteral.string(text))"
    }
  }
}
