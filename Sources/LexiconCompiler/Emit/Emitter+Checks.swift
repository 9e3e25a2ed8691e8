import Lexicon

extension Emitter {
  /// The statements that validate one field.
  func checkLines(_ field: Field) -> [String] {
    let key = SwiftLiteral.string(field.key)
    var value = field.stored
    var type = field.type
    var isOptional = !field.isRequired
    if field.isBoxed {
      value += isOptional ? "?.value" : ".value"
    }
    if case .nullable(let wrapped) = type {
      // A boxed value is already part of an optional chain.
      value += isOptional && !field.isBoxed ? "?.value" : ".value"
      type = wrapped
      isOptional = true
    }
    return field.checks.map { line($0, key: "\(key), ", value: value, type: type, isOptional) }
  }

  private func line(
    _ check: Check,
    key: String,
    value: String,
    type: TypeReference,
    _ isOptional: Bool
  ) -> String {
    let chain = isOptional ? "?" : ""
    switch check {
    case .string(let length, let graphemes, let const):
      var arguments = limits(length, "Length") + limits(graphemes, "Graphemes")
      if let const { arguments.append("const: \(SwiftLiteral.string(const))") }
      return call("string", key, value + textAccessor(type, chain), arguments)
    case .integer(let minimum, let maximum, let const, let oneOf):
      var arguments: [String] = []
      if let minimum { arguments.append("minimum: \(minimum)") }
      if let maximum { arguments.append("maximum: \(maximum)") }
      if let const { arguments.append("const: \(const)") }
      if let oneOf {
        arguments.append("oneOf: [\(oneOf.map(String.init).joined(separator: ", "))]")
      }
      return call("integer", key, value, arguments)
    case .boolean(let const):
      return call("boolean", key, value, ["const: \(const)"])
    case .bytes(let length):
      return call("bytes", key, value, limits(length, "Length"))
    case .blob(let accept, let maxSize):
      var arguments: [String] = []
      if let accept {
        arguments.append("accept: [\(accept.map(SwiftLiteral.string).joined(separator: ", "))]")
      }
      if let maxSize { arguments.append("maxSize: \(maxSize)") }
      return call("blob", key, value, arguments)
    case .count(let length):
      return call("count", key, "\(value)\(chain).count", limits(length, "Length"))
    case .nested:
      return call("nested", key, value, [])
    case .each(let checks, let element):
      let lines = checks.map { line($0, key: "", value: "_e", type: element, false) }
      return "_v.each(\(key)\(value)) { _v, _e in \(lines.joined(separator: "; ")) }"
    }
  }

  private func call(_ name: String, _ key: String, _ value: String, _ arguments: [String]) -> String
  {
    "_v.\(name)(\(([key + value] + arguments).joined(separator: ", ")))"
  }

  /// The property that yields the text of a string type.
  private func textAccessor(_ type: TypeReference, _ chain: String) -> String {
    switch type.resolved {
    case .format: "\(chain).string"
    case .named: "\(chain).rawValue"
    default: ""
    }
  }

  private func limits(_ limits: LengthLimits, _ suffix: String) -> [String] {
    [
      limits.minimum.map { "min\(suffix): \($0)" }, limits.maximum.map { "max\(suffix): \($0)" },
    ].compactMap(\.self)
  }
}
