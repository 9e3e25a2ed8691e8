import ATProtoSyntax

// Lexicon specification, "Permission Set" and "permission"; Permission specification.
//
// "it is possible to construct a valid lexicon `permission` type which is invalid or has undefined
// behavior as an auth permission". Here, anything that services ignore is a warning; a missing
// required field or a wrong JSON type is an error.
extension DocumentDecoder {
  private static let setFields = LexiconGrammar.names(ofType: "permission-set")

  mutating func permissionSet(_ fields: inout Fields) -> PermissionSetSchema? {
    _ = description(in: &fields)
    let title = string("title", in: &fields)
    let titles = localized("title:lang", in: &fields)
    let detail = string("detail", in: &fields)
    let details = localized("detail:lang", in: &fields)
    var permissions: [PermissionSchema]?
    if let value = required("permissions", in: &fields),
      let elements = array(value, "'permissions'", of: "permissions")
    {
      permissions = elements.compactMap { permission($0) }
    }
    finish(fields, known: Self.setFields)
    return permissions.map {
      PermissionSetSchema(
        title: title?.value,
        localizedTitles: titles,
        detail: detail?.value,
        localizedDetails: details,
        permissions: $0
      )
    }
  }

  /// "The map key strings must be valid language codes".
  mutating func localized(_ name: String, in fields: inout Fields) -> [LocalizedText] {
    guard let value = fields.take(name) else { return [] }
    guard case .object(let members) = value.kind else {
      wrongType("'\(name)'", value, expected: "an object that maps language tags to strings")
      return []
    }
    var result: [LocalizedText] = []
    for member in members {
      do throws(SyntaxError) {
        _ = try Language(member.name)
      } catch {
        self.report(
          .badLanguage,
          at: member.nameOffset,
          "\(quoted(member.name)) is not a valid language tag: \(error.reason)"
        )
      }
      guard let text = string(member.value, "the text of \(quoted(member.name))") else { continue }
      let language = Found(value: member.name, offset: member.nameOffset)
      result.append(LocalizedText(language: located(language), text: text.value))
    }
    return result
  }

  private mutating func permission(_ value: LocatedValue) -> PermissionSchema? {
    guard case .object(let members) = value.kind else {
      wrongType("an element of 'permissions'", value, expected: "an object")
      return nil
    }
    var fields = Fields(value, members, owner: "a permission")
    if let type = requiredString("type", in: &fields), type.value != "permission" {
      report(
        .misplacedType,
        at: type.offset,
        "an element of 'permissions' must have the type 'permission', not \(quoted(type.value))"
      )
    }
    let description = description(in: &fields)
    let resource = requiredString("resource", in: &fields)
    var result: [PermissionSchema.Field] = []
    for member in members where !["type", "description", "resource"].contains(member.name) {
      guard let value = permissionValue(member) else { continue }
      let name = Found(value: member.name, offset: member.nameOffset)
      result.append(.init(name: located(name), value: value))
    }
    guard let resource else { return nil }
    if resource.value.isEmpty {
      report(.badResource, at: resource.offset, "'resource' is empty; expected 'repo' or 'rpc'")
    } else {
      PermissionCheck(resource: resource, members: members, object: value).run(&self)
    }
    return PermissionSchema(
      description: description,
      resource: located(resource),
      fields: result
    )
  }

  private mutating func permissionValue(
    _ member: LocatedValue.Member
  ) -> PermissionSchema.Value? {
    switch member.value.kind {
    case .boolean(let value): return .boolean(value)
    case .string(let value): return .string(value)
    case .array(let elements):
      let name = "an element of \(quoted(member.name))"
      return .strings(elements.compactMap { string($0, name)?.value })
    case .integer, .number, .tooLarge:
      return integer(member.value, quoted(member.name)).map { .integer($0.value) }
    case .null, .object:
      wrongType(
        quoted(member.name),
        member.value,
        expected: "a string, an integer, a boolean or an array of strings"
      )
      return nil
    }
  }
}
