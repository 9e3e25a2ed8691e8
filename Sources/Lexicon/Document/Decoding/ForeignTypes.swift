/// The types of other schema languages, with what to use instead.
enum ForeignTypes {
  /// Returns what to use instead of an unknown type, for a message; nil if nothing is known about
  /// the type, or if the replacement is not allowed in its place.
  static func remedy(for type: String, expected: [String]) -> String? {
    let name = type.lowercased()
    if numbers.contains(name), expected.contains("integer") {
      return "there is no type \(quoted(type)), because the data model has no floating-point "
        + "numbers; use 'integer' (for example, in thousandths) or 'string'"
    }
    if name == "null" {
      return "there is no type 'null'; list the property in the 'nullable' of its object"
    }
    if StringSchema.Format(rawValue: name) != nil, expected.contains("string") {
      return "\(quoted(type)) is a string format, not a type; use 'string' with the 'format' "
        + quoted(name)
    }
    guard let (replacement, addition) = replacements[name], expected.contains(replacement) else {
      return nil
    }
    return "there is no type \(quoted(type)); use \(quoted(replacement))\(addition)"
  }

  private static let numbers: Set = ["number", "float", "double", "decimal", "real"]

  private static let replacements: [String: (type: String, addition: String)] = [
    "int": ("integer", ""), "int32": ("integer", ""), "int64": ("integer", ""),
    "long": ("integer", ""), "bool": ("boolean", ""), "text": ("string", ""), "str": ("string", ""),
    "date": ("string", " with the 'format' 'datetime'"),
    "timestamp": ("string", " with the 'format' 'datetime'"),
    "date-time": ("string", " with the 'format' 'datetime'"),
    "url": ("string", " with the 'format' 'uri'"),
    "any": ("unknown", ""), "json": ("unknown", ""), "map": ("unknown", ""),
    "dict": ("unknown", ""), "enum": ("string", " with 'knownValues'"), "list": ("array", ""),
    "image": ("blob", ""), "video": ("blob", ""), "file": ("blob", ""),
  ]
}
