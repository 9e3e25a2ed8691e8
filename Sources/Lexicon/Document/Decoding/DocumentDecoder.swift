import ATProtoSyntax

/// Decodes a document from located values, and collects all of its problems.
///
/// Decoding continues after errors, so that one run finds them all.
struct DocumentDecoder {
  let source: SourceText
  var diagnostics: [Diagnostic] = []
  /// The NSID of the document, once it is known.
  var id: Located<NSID>?
  var suggestion = Suggestion()
  let features: LexiconFeatures

  init(_ source: SourceText, _ features: LexiconFeatures) {
    self.source = source
    self.features = features
  }

  /// The base of local references. A reserved name replaces an NSID that is missing or invalid.
  var nsid: NSID { id?.value ?? Self.placeholder }

  private static let placeholder: NSID = "invalid.example.document"

  mutating func report(
    _ rule: Rule,
    as severity: Diagnostic.Severity? = nil,
    at offset: Int,
    _ message: String,
    note: (offset: Int, message: String)? = nil,
    replacement: String? = nil
  ) {
    diagnostics.append(
      Diagnostic(
        rule,
        as: severity,
        at: source.location(at: offset),
        message,
        notes: note.map { [.init($0.message, at: source.location(at: $0.offset))] } ?? [],
        replacement: replacement
      )
    )
  }

  // MARK: - Values of one JSON type

  mutating func wrongType(_ name: String, _ value: LocatedValue, expected: String) {
    report(
      .wrongType,
      at: value.offset,
      "\(name) is \(value.kindName); expected \(expected)"
    )
  }

  mutating func fields(of value: LocatedValue, _ name: String, owner: String) -> Fields? {
    guard case .object(let members) = value.kind else {
      wrongType(name, value, expected: "an object")
      return nil
    }
    return Fields(value, members, owner: owner)
  }

  mutating func string(_ value: LocatedValue, _ name: String) -> Found<String>? {
    guard case .string(let text) = value.kind else {
      wrongType(name, value, expected: "a string")
      return nil
    }
    return Found(value: text, offset: value.offset)
  }

  mutating func integer(_ value: LocatedValue, _ name: String) -> Found<Int>? {
    switch value.kind {
    case .integer(let integer): return Found(value: integer, offset: value.offset)
    case .tooLarge: return nil
    case .number(let text):
      // JSON has one kind of number, and some software writes every number with a fraction.
      let parts = text.split(separator: ".", omittingEmptySubsequences: false)
      if parts.count == 2, parts[1].allSatisfy({ $0 == "0" }), let integer = Int(parts[0]) {
        report(
          .integerWithFraction,
          at: value.offset,
          "\(name) is \(abbreviated(text)); write the integer without a fraction"
        )
        return Found(value: integer, offset: value.offset)
      }
      fallthrough
    default:
      wrongType(name, value, expected: "an integer")
      return nil
    }
  }

  mutating func boolean(_ value: LocatedValue, _ name: String) -> Found<Bool>? {
    guard case .boolean(let boolean) = value.kind else {
      wrongType(name, value, expected: "true or false")
      return nil
    }
    return Found(value: boolean, offset: value.offset)
  }

  mutating func array(
    _ value: LocatedValue,
    _ name: String,
    of elements: String
  ) -> [LocatedValue]? {
    guard case .array(let array) = value.kind else {
      wrongType(name, value, expected: "an array of \(elements)")
      return nil
    }
    return array
  }

  // MARK: - Fields

  mutating func string(_ name: String, in fields: inout Fields) -> Found<String>? {
    guard let value = fields.take(name) else { return nil }
    return string(value, "'\(name)'")
  }

  mutating func integer(_ name: String, in fields: inout Fields) -> Found<Int>? {
    guard let value = fields.take(name) else { return nil }
    return integer(value, "'\(name)'")
  }

  mutating func boolean(_ name: String, in fields: inout Fields) -> Found<Bool>? {
    guard let value = fields.take(name) else { return nil }
    return boolean(value, "'\(name)'")
  }

  mutating func description(in fields: inout Fields) -> String? {
    string("description", in: &fields)?.value
  }

  /// Decodes an array of strings. Repeated strings are dropped with a warning.
  mutating func strings(_ name: String, in fields: inout Fields) -> [Located<String>]? {
    guard let value = fields.take(name),
      let elements = array(value, "'\(name)'", of: "strings")
    else { return nil }
    var result: [Located<String>] = []
    result.reserveCapacity(elements.count)
    var seen = Set<String>(minimumCapacity: elements.count)
    for element in elements {
      guard let text = string(element, "an element of '\(name)'") else { continue }
      if seen.insert(text.value).inserted {
        result.append(located(text))
      } else {
        duplicate(text.value, in: name, at: text.offset)
      }
    }
    return result
  }

  mutating func duplicate(_ item: String, in name: String, at offset: Int) {
    report(.duplicateItem, at: offset, "'\(name)' lists \(quoted(item)) more than once")
  }

  mutating func required(_ name: String, in fields: inout Fields) -> LocatedValue? {
    guard let value = fields.take(name) else {
      report(
        .missingField,
        at: fields.object.offset,
        "\(fields.owner) must have the field '\(name)'"
      )
      return nil
    }
    return value
  }

  mutating func requiredString(_ name: String, in fields: inout Fields) -> Found<String>? {
    guard let value = required(name, in: &fields) else { return nil }
    return string(value, "'\(name)'")
  }

  /// Reports fields that the language does not define.
  mutating func finish(_ fields: Fields, known: [String]) {
    for member in fields.rest(known) {
      let flag = Self.misplacedFlag(member.name, known)
      let hint = flag == nil ? Suggestion.hint(for: member.name, among: known) : .init()
      report(
        .unknownField,
        at: member.nameOffset,
        "\(quoted(member.name)) is not a field of \(fields.owner)\(flag ?? hint.text)",
        replacement: hint.replacement
      )
    }
  }

  /// Other schema languages have these flags in the schema of a property.
  private static func misplacedFlag(_ name: String, _ known: [String]) -> String? {
    guard !known.contains(name) else { return nil }
    switch name {
    case "required", "nullable":
      return known.contains("required")
        ? nil : "; list the property in the '\(name)' of its object"
    case "optional":
      return "; a property is optional unless the 'required' of its object lists it"
    default: return nil
    }
  }

  // MARK: - Locations

  func located<Value>(_ found: Found<Value>) -> Located<Value> {
    Located(found.value, at: source.location(at: found.offset))
  }

  func location(of value: LocatedValue) -> SourceLocation {
    source.location(at: value.offset)
  }
}
