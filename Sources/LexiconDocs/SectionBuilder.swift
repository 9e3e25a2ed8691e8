import ATProtoSyntax
import Lexicon
import Templating

/// Builds the section of one definition on its document's page.
struct SectionBuilder {
  let document: LexiconDocument
  let definition: Definition
  let links: SiteLinks
  let references: CrossReferences

  private var types: TypeText { TypeText(links: links, nsid: document.id.value.string) }
  private var name: String { definition.name.value }

  func view() -> TemplateView {
    let id = DefinitionID(nsid: document.id.value.string, name: name)
    let (facts, parts) = content()
    let description = definition.description ?? schemaDescription
    return TemplateView([
      "anchor": SiteLinks.anchor([name]),
      "name": name,
      "kind": definition.kindName,
      "isDeprecated": Deprecation.reason(in: description) != nil,
      "paragraphs": description.paragraphs.views,
      "facts": FieldList.views(facts),
      "parts": parts,
      "uses": list("Refers to", references.uses[id]),
      "users": list("Used by", references.users[id]),
    ])
  }

  private var schemaDescription: String? {
    guard case .schema(let schema) = definition.kind else { return nil }
    return schema.description
  }

  /// A list with a heading, or nothing if the list is empty.
  private func list(_ title: String, _ ids: Set<DefinitionID>?) -> [TemplateView] {
    guard let ids, !ids.isEmpty else { return [] }
    return [
      TemplateView([
        "title": title,
        "count": String(ids.count),
        "items": ids.sorted().map { TemplateView(["value": types.definition($0).views]) },
      ])
    ]
  }

  private func content() -> (facts: [(label: String, text: LinkedText)], parts: [TemplateView]) {
    switch definition.kind {
    case .record(let record):
      return ([("Record key", .plain(record.key.value.words))], fields(record.record, []))
    case .query(let method), .procedure(let method):
      return (
        [],
        parameters(method.parameters) + body("Input", method.input)
          + body("Output", method.output) + errors(method.errors)
      )
    case .subscription(let subscription):
      let message = part(
        "Message",
        text: types.union(subscription.message),
        description: subscription.messageDescription
      )
      return ([], parameters(subscription.parameters) + [message] + errors(subscription.errors))
    case .permissionSet(let set): return (facts(of: set), permissions(set.permissions))
    case .space(let space): return (facts(of: space), [])
    case .token: return ([("Value", .plain(tokenText))], [])
    case .schema(let schema):
      var facts = types.constraints(schema)
      if case .object(let object) = schema.kind { return (facts, fields(object, [])) }
      facts.insert(("Type", types.type(schema)), at: 0)
      return (facts, [])
    }
  }

  private var tokenText: String {
    DefinitionID(nsid: document.id.value.string, name: name).text
  }

  private func part(
    _ title: String,
    path: [String] = [],
    text: LinkedText = LinkedText(),
    facts: [(label: String, text: LinkedText)] = [],
    description: String? = nil,
    rows: [TemplateView] = []
  ) -> TemplateView {
    TemplateView([
      "title": title,
      "anchor": SiteLinks.anchor([name] + (path.isEmpty ? [title.lowercased()] : path)),
      "partType": text.runs.isEmpty ? [] : [TemplateView(["value": text.views])],
      "partFacts": FieldList.views(facts),
      "partParagraphs": description.paragraphs.views,
      "hasRows": !rows.isEmpty,
      "rows": rows,
    ])
  }

  private func fields(_ object: ObjectSchema, _ path: [String]) -> [TemplateView] {
    var list = FieldList(types)
    list.add(object.properties, path: [name] + path)
    // A field may be named `fields`; the period distinguishes the anchors.
    return [
      part(
        "Fields",
        path: ["", "fields"],
        description: list.rows.isEmpty ? "No fields." : nil,
        rows: list.rows
      )
    ]
  }

  private func parameters(_ parameters: ParametersSchema?) -> [TemplateView] {
    guard let parameters, !parameters.properties.isEmpty else { return [] }
    var list = FieldList(types)
    list.add(parameters.properties, path: [name, "parameters"])
    return [part("Parameters", description: parameters.description, rows: list.rows)]
  }

  private func body(_ title: String, _ body: BodySchema?) -> [TemplateView] {
    guard let body else { return [] }
    var list = FieldList(types)
    var text = LinkedText()
    if let schema = body.schema {
      if case .object(let object) = schema.kind {
        list.add(object.properties, path: [name, title.lowercased()])
      } else {
        text = types.type(schema)
      }
    }
    return [
      part(
        title,
        text: text,
        facts: [("Encoding", .plain(body.encoding.value))],
        description: body.description ?? body.schema?.description,
        rows: list.rows
      )
    ]
  }

  private func errors(_ errors: [ErrorSchema]) -> [TemplateView] {
    guard !errors.isEmpty else { return [] }
    var list = FieldList(types)
    for error in errors {
      list.add(
        name: error.name.value,
        description: error.description,
        path: [name, "errors", error.name.value]
      )
    }
    return [part("Errors", rows: list.rows)]
  }

  private func facts(of set: PermissionSetSchema) -> [(label: String, text: LinkedText)] {
    Self.texts("Title", set.title, set.localizedTitles)
      + Self.texts("Detail", set.detail, set.localizedDetails)
  }

  private func facts(of space: SpaceSchema) -> [(label: String, text: LinkedText)] {
    Self.texts("Name", space.name, space.localizedNames) + [
      ("Space key", .plain(space.key.value.words)),
      ("Collections", .plain(space.collections.map(\.value).joined(separator: ", "))),
    ]
  }

  private static func texts(
    _ label: String,
    _ text: String?,
    _ localized: [LocalizedText]
  ) -> [(label: String, text: LinkedText)] {
    (text.map { [(label, .plain($0))] } ?? [])
      + localized.map { ("\(label), \($0.language.value)", .plain($0.text)) }
  }

  private func permissions(_ permissions: [PermissionSchema]) -> [TemplateView] {
    var list = FieldList(types)
    for (index, permission) in permissions.enumerated() {
      list.add(
        name: permission.resource.value,
        description: permission.description,
        constraints: permission.fields.map { ($0.name.value, text($0.value)) },
        path: [name, "permissions", String(index + 1)]
      )
    }
    return [part("Permissions", rows: list.rows)]
  }

  private func text(_ value: PermissionSchema.Value) -> LinkedText {
    switch value {
    case .boolean(let value): .plain(String(value))
    case .integer(let value): .plain(String(value))
    case .string(let value): linked(value)
    case .strings(let values): .joined(values.map(linked), by: ", ")
    }
  }

  private func linked(_ text: String) -> LinkedText {
    let link = links.definition(named: text, in: document.id.value.string).flatMap(links.link)
    return LinkedText(runs: [.init(text: text, link: link)])
  }
}

extension Definition {
  /// The type as written in a document.
  var kindName: String {
    switch kind {
    case .record: "record"
    case .query: "query"
    case .procedure: "procedure"
    case .subscription: "subscription"
    case .permissionSet: "permission-set"
    case .space: "space"
    case .token: "token"
    case .schema(let schema): schema.typeName
    }
  }
}

extension RecordSchema.Key {
  fileprivate var words: String {
    switch self {
    case .tid: "TID (timestamp identifier)"
    case .nsid: "NSID"
    case .any: "any"
    case .literal(let text): "always \(text)"
    }
  }
}
