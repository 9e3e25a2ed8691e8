// Lexicon specification, "object" and "params".
extension DocumentDecoder {
  private static let objectFields = LexiconGrammar.names(ofType: "object")
  private static let paramsFields = LexiconGrammar.names(ofType: "params")

  mutating func object(_ fields: inout Fields) -> ObjectSchema? {
    var properties: [PropertySchema]?
    let members = required("properties", in: &fields)
    let required = strings("required", in: &fields) ?? []
    let nullable = strings("nullable", in: &fields) ?? []
    if let members, case .object(let members) = members.kind {
      properties = self.properties(members, .property, required: required, nullable: nullable)
    } else if let members {
      wrongType("'properties'", members, expected: "an object")
    }
    finish(fields, known: Self.objectFields)
    return properties.map { ObjectSchema(properties: $0) }
  }

  mutating func parameters(_ value: LocatedValue) -> ParametersSchema? {
    guard var fields = fields(of: value, "'parameters'", owner: "'parameters'"),
      let type = requiredString("type", in: &fields)
    else { return nil }
    guard type.value == "params" else {
      report(
        .misplacedType,
        at: type.offset,
        "'parameters' must have the type 'params', not \(quoted(type.value))"
      )
      return nil
    }
    fields.owner = "params"
    let description = description(in: &fields)
    let required = strings("required", in: &fields) ?? []
    var properties: [PropertySchema] = []
    switch fields.take("properties") {
    case nil:
      // The specification does not require them for `params`.
      report(
        .missingField,
        as: .warning,
        at: fields.object.offset,
        "params should have the field 'properties'"
      )
      properties = self.properties([], .parameter, required: required, nullable: [])
    case .some(let value):
      guard case .object(let members) = value.kind else {
        wrongType("'properties'", value, expected: "an object")
        finish(fields, known: Self.paramsFields)
        return nil
      }
      properties = self.properties(members, .parameter, required: required, nullable: [])
    }
    finish(fields, known: Self.paramsFields)
    return ParametersSchema(description: description, properties: properties)
  }

  private mutating func properties(
    _ members: [LocatedValue.Member],
    _ place: LexiconGrammar.Place,
    required: [Located<String>],
    nullable: [Located<String>]
  ) -> [PropertySchema] {
    let names = required.isEmpty && nullable.isEmpty ? [] : Set(members.map(\.name))
    for name in required where !names.contains(name.value) {
      let hint = suggestion.hint(for: name.value, amongMany: members.lazy.map(\.name))
      report(
        .unknownRequired,
        at: name.location.offset,
        "'required' lists \(quoted(name.value)), which is not a property\(hint.text)",
        replacement: hint.replacement
      )
    }
    for name in nullable where !names.contains(name.value) {
      let hint = suggestion.hint(for: name.value, amongMany: members.lazy.map(\.name))
      report(
        .unknownNullable,
        at: name.location.offset,
        "'nullable' lists \(quoted(name.value)), which is not a property\(hint.text)",
        replacement: hint.replacement
      )
    }
    let required = Set(required.map(\.value))
    let nullable = Set(nullable.map(\.value))
    var result: [PropertySchema] = []
    result.reserveCapacity(members.count)
    for member in members {
      checkPropertyName(member)
      guard let schema = schema(member.value, at: place) else { continue }
      result.append(
        PropertySchema(
          name: Located(member.name, at: source.location(at: member.nameOffset)),
          schema: schema,
          isRequired: required.contains(member.name),
          isNullable: nullable.contains(member.name)
        )
      )
    }
    return result
  }

  /// Data Model specification: "Data field names starting with `$` are reserved".
  private mutating func checkPropertyName(_ member: LocatedValue.Member) {
    if member.name.isEmpty {
      report(.badPropertyName, at: member.nameOffset, "a property name must not be empty")
    } else if member.name.utf8.first == UInt8(ascii: "$") {
      // These three have a meaning in data; the others "should not" be used.
      let isUsed = ["$type", "$link", "$bytes"].contains(member.name)
      report(
        .reservedName,
        as: isUsed ? .error : .warning,
        at: member.nameOffset,
        isUsed
          ? "the property name \(quoted(member.name)) is reserved for the data model"
          : "the property name \(quoted(member.name)) begins with '$', which is reserved for "
            + "future versions of the data model"
      )
    }
  }
}
