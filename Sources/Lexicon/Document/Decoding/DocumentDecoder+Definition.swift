extension DocumentDecoder {
  private static let tokenFields = LexiconGrammar.names(ofType: "token")

  mutating func definitions(
    _ members: [LocatedValue.Member]
  ) -> (definitions: [Definition], types: [String: Located<String>]) {
    var definitions: [Definition] = []
    definitions.reserveCapacity(members.count)
    var types: [String: Located<String>] = [:]
    var primary: LocatedValue.Member? = members.first { $0.name == "main" && isPrimary($0.value) }
    for member in members {
      checkDefinitionName(member)
      guard var fields = fields(of: member.value, "a definition", owner: "a definition") else {
        types[member.name] = Located("", at: source.location(at: member.nameOffset))
        continue
      }
      let type = requiredString("type", in: &fields)
      types[member.name] = Located(
        type?.value ?? "",
        at: source.location(at: member.nameOffset)
      )
      guard let type else { continue }
      if isPrimaryType(type.value) {
        checkPrimary(member, type, first: &primary)
      }
      guard let kind = definitionKind(type, &fields) else { continue }
      var description: String?
      if case .schema(let schema) = kind {
        description = schema.description
      } else if case .string(let text)? = fields.peek("description")?.kind {
        description = text
      }
      definitions.append(
        Definition(
          name: Located(member.name, at: source.location(at: member.nameOffset)),
          description: description,
          kind: kind
        )
      )
    }
    return (definitions, types)
  }

  private func isPrimaryType(_ type: String) -> Bool {
    LexiconGrammar.primaryTypes.contains(type) || type == "space" && features.contains(.spaces)
  }

  private func isPrimary(_ value: LocatedValue) -> Bool {
    guard case .string(let type)? = value["type"]?.kind else { return false }
    return isPrimaryType(type)
  }

  /// "A file can have at most one definition with one of the "primary" types. Primary types
  /// should always have the name `main`."
  private mutating func checkPrimary(
    _ member: LocatedValue.Member,
    _ type: Found<String>,
    first: inout LocatedValue.Member?
  ) {
    guard member.name != "main" else { return }
    if let first {
      report(
        .twoPrimaries,
        at: member.nameOffset,
        "\(quoted(member.name)) is a second primary definition (\(type.value)); "
          + "a document can only have one",
        note: (first.nameOffset, "the first one is \(quoted(first.name))")
      )
    } else {
      first = member
      report(
        .primaryNotMain,
        at: member.nameOffset,
        "\(quoted(member.name)) is a \(type.value), which must be named 'main'"
      )
    }
  }

  /// The specification has no grammar for names. A name must be usable as the fragment of a
  /// reference.
  private mutating func checkDefinitionName(_ member: LocatedValue.Member) {
    let problem: String
    if member.name.isEmpty {
      problem = "is empty"
    } else if member.name.utf8.first == UInt8(ascii: "$") {
      problem = "begins with '$', which is reserved"
    } else if let scalar = member.name.unicodeScalars.first(where: {
      $0 == "#" || $0.properties.isWhitespace || $0.properties.generalCategory == .control
    }) {
      problem = "contains \(quoted(String(scalar)))"
    } else {
      return
    }
    report(
      .badDefinitionName,
      at: member.nameOffset,
      "the definition name \(quoted(member.name)) \(problem); use letters and digits"
    )
  }

  private mutating func definitionKind(
    _ type: Found<String>,
    _ fields: inout Fields
  ) -> Definition.Kind? {
    fields.owner = owner(type.value)
    switch type.value {
    case "record": return record(&fields).map { .record($0) }
    case "query": return .query(method(&fields, hasInput: false))
    case "procedure": return .procedure(method(&fields, hasInput: true))
    case "subscription": return subscription(&fields).map { .subscription($0) }
    case "permission-set": return permissionSet(&fields).map { .permissionSet($0) }
    case "space" where features.contains(.spaces): return space(&fields).map { .space($0) }
    case "token":
      _ = description(in: &fields)
      finish(fields, known: Self.tokenFields)
      return .token
    case let name where LexiconGrammar.unnamedTypes.contains(name):
      report(
        .namedType,
        at: type.offset,
        "\(owner(name)) cannot be a named definition; \(Self.instead(of: name))"
      )
      return nil
    case let name where LexiconGrammar.namedTypes.contains(name):
      return fieldType(type, &fields).map { .schema($0) }
    default:
      unknownType(type, expected: LexiconGrammar.types(at: .definition, features))
      return nil
    }
  }

  private static func instead(of type: String) -> String {
    switch type {
    case "params": "they belong in the 'parameters' of a method"
    case "permission": "it belongs in the 'permissions' of a permission set"
    default: "use it inline, or wrap it in an object"
    }
  }

  mutating func unknownType(_ type: Found<String>, expected: [String]) {
    if type.value == "space", expected.contains("permission-set") {
      return report(.unknownType, at: type.offset, experimental("the type 'space'"))
    }
    if let remedy = ForeignTypes.remedy(for: type.value, expected: expected) {
      return report(.unknownType, at: type.offset, remedy)
    }
    let hint = Suggestion.hint(for: type.value, among: expected)
    report(
      .unknownType,
      at: type.offset,
      "unknown type \(quoted(type.value))"
        + (hint.isEmpty ? "; expected the type \(alternatives(expected))" : hint.text),
      replacement: hint.replacement
    )
  }

  /// A message about something that an experimental feature would allow.
  func experimental(_ subject: String) -> String {
    "\(subject) is experimental: proposal 0016 describes it, but not the specification"
  }

  /// A type with its article for messages: `an array`.
  func owner(_ type: String) -> String {
    let isVowel = type.utf8.first.map { [0x61, 0x65, 0x69, 0x6F].contains($0) } ?? false
    switch type {
    case "params": return "params"
    case "bytes": return "bytes"
    case "unknown": return "an unknown"
    case "permission-set": return "a permission set"
    default: return (isVowel ? "an " : "a ") + type
    }
  }
}

/// `a, b or c`.
func alternatives(_ names: [String]) -> String {
  guard let last = names.last, names.count > 1 else { return names.first ?? "" }
  return names.dropLast().joined(separator: ", ") + " or " + last
}
