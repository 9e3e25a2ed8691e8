import ATProtoSyntax
import Lexicon

/// Collects the types declared inline in a definition.
struct InlineScope {
  /// The Swift path of the type that contains them.
  var path: String
  var names: NameScope
  var declarations: [Declaration] = []
  /// `nsid#definition` of the definition being lowered.
  let origin: String
  let module: String
}

extension Lowering {
  /// The Swift type of a schema; types that it declares inline are added to `scope`, named `hint`.
  func type(of schema: Schema, hint: String, in scope: inout InlineScope) -> TypeReference {
    switch schema.kind {
    case .boolean: return .boolean
    case .integer: return .integer
    case .bytes: return .bytes
    case .cidLink: return .cidLink
    case .blob: return .blob
    case .unknown: return .value
    case .string(let string):
      if let values = string.enum, !values.isEmpty {
        return declare(
          .closedString(ClosedString(values: StringConstant.all(values))),
          as: .closedString,
          schema: schema,
          hint: hint,
          in: &scope
        )
      }
      if let format = string.format { return .format(format) }
      if let values = string.knownValues, !values.isEmpty {
        return declare(
          .openString(OpenString(values: StringConstant.all(values))),
          as: .openString,
          schema: schema,
          hint: hint,
          in: &scope
        )
      }
      return .string
    case .array(let array):
      return .array(type(of: array.items, hint: hint + "Item", in: &scope))
    case .object(let object):
      let name = scope.names.claim(hint)
      scope.declarations += structure(
        object,
        name: name,
        scope: scope.path,
        documentation: schema.description,
        origin: scope.origin,
        module: scope.module
      )
      return named(name, .structure, in: scope)
    case .union(let union):
      return declare(
        .union(lower(union, scope: scope.path)),
        as: .union,
        schema: schema,
        hint: hint,
        in: &scope
      )
    case .ref(let reference):
      return type(of: reference)
    }
  }

  private func declare(
    _ kind: Declaration.Kind,
    as namedKind: TypeReference.NamedType.Kind,
    schema: Schema,
    hint: String,
    in scope: inout InlineScope
  ) -> TypeReference {
    let name = scope.names.claim(hint)
    scope.declarations.append(
      Declaration(
        scope: scope.path,
        name: name,
        documentation: schema.description,
        origin: scope.origin,
        kind
      )
    )
    return named(name, namedKind, in: scope)
  }

  private func named(
    _ name: String,
    _ kind: TypeReference.NamedType.Kind,
    in scope: InlineScope
  ) -> TypeReference {
    .named(.init(path: "\(scope.path).\(name)", kind: kind, module: scope.module))
  }

  /// The type that a reference refers to.
  func type(of reference: Reference) -> TypeReference {
    guard let named = namedType(of: reference) else { return .value }
    return .named(named)
  }

  func namedType(of reference: Reference) -> TypeReference.NamedType? {
    guard let document = catalog[reference.nsid.string],
      let definition = catalog.definition(reference),
      let path = names.path(of: reference)
    else { return nil }
    let module = module(of: reference.nsid.string)
    switch definition.kind {
    case .record: return .init(path: path, kind: .structure, module: module)
    case .schema(let schema):
      let kind = definitionKind(of: schema)
      guard kind == .alias else { return .init(path: path, kind: kind, module: module) }
      let aliasPath = definition.isMain ? "\(path).Main" : path
      let underlying = alias(of: definition, in: document, schema: schema).type
      return .init(path: aliasPath, kind: .alias, module: module, underlying: underlying)
    case .query, .procedure, .subscription, .permissionSet, .space, .token: return nil
    }
  }

  /// The kind of declaration that a named schema becomes.
  func definitionKind(of schema: Schema) -> TypeReference.NamedType.Kind {
    switch schema.kind {
    case .object: .structure
    case .union: .union
    case .string(let string) where string.enum?.isEmpty == false: .closedString
    case .string(let string) where string.format == nil && string.knownValues?.isEmpty == false:
      .openString
    default: .alias
    }
  }

  /// The type of a definition that becomes an alias, with the inline types of its elements.
  ///
  /// Each alias is lowered once, on first use; the catalog has no cycles of aliases.
  func alias(of definition: Definition, in document: LexiconDocument, schema: Schema) -> Alias {
    let nsid = document.id.value.string
    let origin = "\(nsid)#\(definition.name.value)"
    if let known = aliases[origin] { return known }
    guard let plan = names.documents[nsid] else { return Alias(type: .value, declarations: []) }
    let hint =
      definition.isMain ? "Main" : plan.definitions[definition.name.value] ?? definition.name.value
    var scope = InlineScope(
      path: plan.path,
      names: inner[nsid] ?? plan.inner,
      origin: origin,
      module: module(of: nsid)
    )
    let alias = Alias(
      type: type(of: schema, hint: hint, in: &scope),
      declarations: scope.declarations
    )
    inner[nsid] = scope.names
    aliases[origin] = alias
    return alias
  }

  func lower(_ union: UnionSchema, scope: String, isBody: Bool = false) -> Union {
    var cases = NameScope(forbidden: SwiftKeywords.forbiddenCases)
    var seen: Set<String> = []
    let members = union.refs.compactMap { reference -> Union.Member? in
      guard seen.insert(reference.id).inserted, let type = namedType(of: reference) else {
        return nil
      }
      let name = cases.claim(caseName(of: reference, in: scope))
      return Union.Member(id: reference.id, name: name, type: type)
    }
    return Union(members: members, isClosed: union.isClosed, isBody: isBody)
  }

  /// `app.bsky.embed.images` -> `images`, `app.bsky.embed.images#view` -> `imagesView`,
  /// `app.bsky.feed.defs#postView` -> `postView`; a definition of the same document by its own
  /// name.
  private func caseName(of reference: Reference, in scope: String) -> String {
    let last = reference.nsid.name
    if reference.definition == "main" { return SwiftName.member(last) }
    let isLocal = names.documents[reference.nsid.string].map {
      scope == $0.path || scope.hasPrefix($0.path + ".")
    }
    if last == "defs" || isLocal == true { return SwiftName.member(reference.definition) }
    return SwiftName.member("\(last)-\(reference.definition)")
  }
}
