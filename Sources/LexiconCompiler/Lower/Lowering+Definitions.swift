import ATProtoSyntax
import Lexicon

extension Lowering {
  /// All declarations of one document.
  func declarations(of document: LexiconDocument) -> [Declaration] {
    let nsid = document.id.value.string
    guard let plan = names.documents[nsid] else { return [] }
    // Aliases come first, because the inline types of their elements share the document's scope.
    for definition in document.definitions {
      if case .schema(let schema) = definition.kind, definitionKind(of: schema) == .alias {
        _ = alias(of: definition, in: document, schema: schema)
      }
    }
    var result: [Declaration] = []
    if let main = document[definition: "main"] {
      result += declarations(ofMain: main, in: document, plan: plan)
    } else {
      result.append(
        Declaration(
          scope: plan.scope,
          name: plan.name,
          documentation: document.description,
          origin: nsid,
          .namespace
        )
      )
    }
    for definition in document.definitions where !definition.isMain {
      result += declarations(of: definition, in: document, plan: plan)
    }
    return result
  }

  private func declarations(
    of definition: Definition,
    in document: LexiconDocument,
    plan: NamePlan.Document
  ) -> [Declaration] {
    let nsid = document.id.value.string
    guard let name = plan.definitions[definition.name.value] else { return [] }
    let origin = "\(nsid)#\(definition.name.value)"
    switch definition.kind {
    case .token:
      return [
        Declaration(
          scope: plan.path,
          name: name,
          documentation: definition.description,
          origin: origin,
          .token(id: origin)
        )
      ]
    case .schema(let schema):
      return declarations(
        of: schema,
        named: name,
        scope: plan.path,
        definition: definition,
        document: document,
        origin: origin
      )
    case .record, .query, .procedure, .subscription, .permissionSet, .space:
      // The check rejects primary types other than `main`.
      return []
    }
  }

  private func declarations(
    of schema: Schema,
    named name: String,
    scope: String,
    definition: Definition,
    document: LexiconDocument,
    origin: String
  ) -> [Declaration] {
    let documentation = definition.description ?? schema.description
    let module = module(of: document.id.value.string)
    switch schema.kind {
    case .object(let object):
      return structure(
        object,
        name: name,
        scope: scope,
        documentation: documentation,
        origin: origin,
        module: module,
        names: definition.isMain ? inner[document.id.value.string] : nil
      )
    case .union(let union):
      let path = "\(scope).\(name)"
      return [
        Declaration(
          scope: scope,
          name: name,
          documentation: documentation,
          origin: origin,
          .union(lower(union, scope: path, isBody: bodies.contains(path)))
        )
      ]
    case .string(let string) where definitionKind(of: schema) == .closedString:
      return [
        Declaration(
          scope: scope,
          name: name,
          documentation: documentation,
          origin: origin,
          .closedString(ClosedString(values: StringConstant.all(string.enum ?? [])))
        )
      ]
    case .string(let string) where definitionKind(of: schema) == .openString:
      return [
        Declaration(
          scope: scope,
          name: name,
          documentation: documentation,
          origin: origin,
          .openString(OpenString(values: StringConstant.all(string.knownValues ?? [])))
        )
      ]
    default:
      let alias = alias(of: definition, in: document, schema: schema)
      return alias.declarations + [
        Declaration(
          scope: scope,
          name: name,
          documentation: documentation,
          origin: origin,
          .alias(alias.type)
        )
      ]
    }
  }

  private func declarations(
    ofMain main: Definition,
    in document: LexiconDocument,
    plan: NamePlan.Document
  ) -> [Declaration] {
    let nsid = document.id.value.string
    let documentation = main.description ?? document.description
    func namespace(_ documentation: String?) -> Declaration {
      Declaration(
        scope: plan.scope,
        name: plan.name,
        documentation: documentation,
        origin: nsid,
        .namespace
      )
    }
    switch main.kind {
    case .record(let record):
      return structure(
        record.record,
        name: plan.name,
        scope: plan.scope,
        documentation: documentation,
        origin: nsid,
        module: module(of: nsid),
        record: Structure.Record(nsid: nsid, key: record.key.value),
        names: inner[nsid]
      )
    case .query(let method):
      return declarations(of: method, verb: .query, nsid, plan, documentation)
    case .procedure(let method):
      return declarations(of: method, verb: .procedure, nsid, plan, documentation)
    case .subscription(let subscription):
      return declarations(of: subscription, nsid, plan, documentation)
    case .permissionSet(let set):
      return [
        namespace(documentation ?? set.detail ?? set.title),
        Declaration(
          scope: plan.path,
          name: "permissionSet",
          documentation: set.detail ?? set.title,
          origin: nsid,
          .permissionSet(set, nsid: nsid)
        ),
      ]
    case .space, .token:
      // What an app needs to know of a space type is its name.
      return [
        namespace(documentation),
        Declaration(
          scope: plan.path,
          name: "token",
          documentation: documentation,
          origin: nsid,
          .token(id: nsid)
        ),
      ]
    case .schema(let schema):
      guard definitionKind(of: schema) == .alias else {
        return declarations(
          of: schema,
          named: plan.name,
          scope: plan.scope,
          definition: main,
          document: document,
          origin: nsid
        )
      }
      return [namespace(document.description)]
        + declarations(
          of: schema,
          named: "Main",
          scope: plan.path,
          definition: main,
          document: document,
          origin: nsid
        )
    }
  }

  /// A structure and the types written inline in its properties.
  func structure(
    _ object: ObjectSchema,
    name: String,
    scope: String,
    documentation: String?,
    origin: String,
    module: String,
    record: Structure.Record? = nil,
    names taken: NameScope? = nil
  ) -> [Declaration] {
    let path = "\(scope).\(name)"
    var inline = InlineScope(
      path: path,
      names: taken ?? NameScope(forbidden: names.forbiddenTypes),
      origin: origin,
      module: module
    )
    let fields = fields(of: object.properties, in: &inline)
    let structure = Structure(
      record: record,
      fields: fields,
      isBody: bodies.contains(path),
      isData: dataDocuments.contains(String(origin.prefix { $0 != "#" }))
    )
    return [
      Declaration(
        scope: scope,
        name: name,
        documentation: documentation,
        origin: origin,
        .structure(structure)
      )
    ] + inline.declarations
  }

  func fields(of properties: [PropertySchema], in scope: inout InlineScope) -> [Field] {
    var members = NameScope(forbidden: SwiftKeywords.forbiddenMembers)
    return properties.map { property in
      let key = property.name.value
      var type = type(of: property.schema, hint: SwiftName.type(key), in: &scope)
      let checks = checks(for: property.schema, type: type)
      if property.isNullable { type = .nullable(type) }
      return Field(
        key: key,
        name: members.claim(SwiftName.member(key)),
        documentation: documentation(of: property.schema),
        type: type,
        isRequired: property.isRequired,
        defaultLiteral: property.isNullable ? nil : constLiteral(property.schema),
        checks: checks
      )
    }
  }

  /// The description, with a note about the default, which decoding must not apply.
  private func documentation(of schema: Schema) -> String? {
    documentation(of: schema) { "When absent, readers assume `\($0)`." }
  }

  /// The description, with a sentence about the default if there is one.
  func documentation(of schema: Schema, default sentence: (String) -> String) -> String? {
    guard let value = defaultText(schema) else { return schema.description }
    return schema.description.map { "\($0)\n\n\(sentence(value))" } ?? sentence(value)
  }

  private func defaultText(_ schema: Schema) -> String? {
    switch schema.kind {
    case .boolean(let boolean): boolean.default.map { "\($0)" }
    case .integer(let integer): integer.default.map { "\($0)" }
    case .string(let string): string.default
    case .bytes, .cidLink, .blob, .array, .object, .ref, .union, .unknown: nil
    }
  }

  /// The default in the initializer of a required field that can have only one value.
  private func constLiteral(_ schema: Schema) -> String? {
    switch schema.kind {
    case .boolean(let boolean): boolean.const.map { "\($0)" }
    case .integer(let integer): integer.const.map { "\($0)" }
    case .string(let string) where string.enum == nil: string.const.map(SwiftLiteral.string)
    case .string, .bytes, .cidLink, .blob, .array, .object, .ref, .union, .unknown: nil
    }
  }
}
