// path = name *( "." name / "[]" / "[" type "]" )
// name = 1*( any character except "." "[" "]" ":" )
// type = nsid [ "#" definition ]                      ; "#main" may be written or left out
//
// `[]` is any element of an array. `[type]` is the value of a union if it has that type, and, after
// an array of unions, any element that has it.

/// A path to a field.
struct FieldPath: Hashable {
  /// One step of a path.
  enum Step: Hashable {
    case name(String)
    case element
    case member(String)
  }

  var steps: [Step]

  /// Parses a path; nil if it does not have the grammar.
  init?(_ text: String) {
    guard text.utf8.count <= IndexLimits.pathBytes else { return nil }
    steps = []
    var rest = text[...].utf8
    var isFirst = true
    while let byte = rest.first {
      if byte == UInt8(ascii: "[") {
        guard !isFirst, let end = rest.firstIndex(of: UInt8(ascii: "]")) else { return nil }
        let type = String(text[rest.index(after: rest.startIndex)..<end])
        guard !type.utf8.contains(UInt8(ascii: "[")) else { return nil }
        steps.append(type.isEmpty ? .element : .member(Self.canonicalType(type)))
        rest = rest[rest.index(after: end)...]
        continue
      }
      if !isFirst {
        guard byte == UInt8(ascii: ".") else { return nil }
        rest = rest.dropFirst()
      }
      let name = rest.prefix { !Self.isReserved($0) }
      guard !name.isEmpty else { return nil }
      steps.append(.name(String(Substring(name))))
      rest = rest[name.endIndex...]
      isFirst = false
    }
    if steps.isEmpty { return nil }
  }

  /// Whether a name of a lexicon can be written in a path.
  static func isName(_ text: String) -> Bool {
    !text.isEmpty && !text.utf8.contains(where: isReserved)
  }

  /// The type as `$type` spells it: without `#main`.
  static func canonicalType(_ type: String) -> String {
    type.utf8.reversed().starts(with: "#main".utf8.reversed()) ? String(type.dropLast(5)) : type
  }

  /// A path without its brackets and what is in them, which people forget or misspell.
  static func withoutBrackets(_ text: String) -> String {
    guard text.utf8.contains(UInt8(ascii: "[")) else { return text }
    var isInside = false
    return String(
      decoding: text.utf8.filter { byte in
        if byte == UInt8(ascii: "[") { isInside = true }
        defer { if byte == UInt8(ascii: "]") { isInside = false } }
        return !isInside
      },
      as: UTF8.self
    )
  }

  private static func isReserved(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: ".") || byte == UInt8(ascii: "[") || byte == UInt8(ascii: "]")
      || byte == UInt8(ascii: ":")
  }
}
