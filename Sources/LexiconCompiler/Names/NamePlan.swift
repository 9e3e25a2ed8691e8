import ATProtoSyntax
package import Lexicon

/// The Swift names of all namespaces, documents, and definitions, determined before lowering.
///
/// Scopes are filled in a fixed order: groups, then documents by NSID, then the definitions of a
/// document in the order of the file. On a collision, the later name changes.
package struct NamePlan: Sendable {
  /// The names of one document.
  package struct Document: Sendable {
    /// The path of the enclosing namespace: `AppBsky.Feed`.
    package var scope: String
    /// The name of the document's type: `Post`.
    package var name: String
    /// The identifiers of the definitions other than `main`.
    package var definitions: [String: String]
    /// The names taken inside the document's type.
    package var inner: NameScope

    package var path: String { "\(scope).\(name)" }
  }

  package private(set) var documents: [String: Document] = [:]
  /// The paths of namespaces, by NSID prefix.
  package private(set) var namespacePaths: [String: String] = [:]
  package private(set) var rootNames: Set<String> = []

  /// Names that nested types must not have.
  package var forbiddenTypes: Set<String> { SwiftKeywords.forbiddenTypes.union(rootNames) }

  package init(_ catalog: [LexiconDocument]) {
    let sorted = catalog.sorted { $0.id.value.string < $1.id.value.string }
    let groups = Set(sorted.flatMap { $0.id.value.group.ancestry })
    nameRoots(groups)

    var scopes: [String: NameScope] = [:]
    for document in sorted {
      let nsid = document.id.value.string
      var taken = forbiddenTypes.union(NamePlan.members(of: document))
      if groups.contains(NSIDGroup(nsid)) { taken.formUnion(NamePlan.groupMembers) }
      scopes[nsid] = NameScope(forbidden: taken)
    }
    let nested = groups.filter { !$0.isNamespaceRoot }
      .map { (depth: $0.segments.count, group: $0) }.sorted { $0 < $1 }
    let forbidden = forbiddenTypes.union(NamePlan.groupMembers)
    for (_, group) in nested {
      guard let enclosing = group.enclosing?.text else { continue }
      let name = scopes[enclosing, default: NameScope(forbidden: forbidden)]
        .claim(SwiftName.type(group.name))
      namespacePaths[group.text] = "\(namespacePaths[enclosing] ?? "").\(name)"
    }
    for document in sorted {
      let nsid = document.id.value.string
      let group = document.id.value.authority
      guard let scope = namespacePaths[group] else { continue }
      let name: String
      if let shared = namespacePaths[nsid] {
        name = String(shared.dropFirst(scope.count + 1))
      } else {
        name = scopes[group, default: NameScope(forbidden: forbidden)]
          .claim(SwiftName.type(document.id.value.name))
      }
      documents[nsid] = Document(
        scope: scope,
        name: name,
        definitions: [:],
        inner: NameScope(forbidden: [])
      )
    }
    // Definitions come last, after the groups and documents inside the same type.
    for document in sorted {
      let nsid = document.id.value.string
      var inner = scopes[nsid] ?? NameScope(forbidden: forbiddenTypes)
      nameDefinitions(of: document, in: &inner)
      documents[nsid]?.inner = inner
    }
  }

  /// The path of a definition's type, or of the type that contains it.
  package func path(of reference: Reference) -> String? {
    guard let document = documents[reference.nsid.string] else { return nil }
    guard reference.definition != "main" else { return document.path }
    return document.definitions[reference.definition].map { "\(document.path).\($0)" }
  }

  private mutating func nameRoots(_ groups: Set<NSIDGroup>) {
    var scope = NameScope(forbidden: SwiftKeywords.forbiddenTypes)
    for root in groups.filter(\.isNamespaceRoot).sorted() {
      let name = scope.claim(SwiftName.type(root.text))
      namespacePaths[root.text] = name
      rootNames.insert(name)
    }
  }

  private mutating func nameDefinitions(of document: LexiconDocument, in inner: inout NameScope) {
    let nsid = document.id.value.string
    for definition in document.definitions where !definition.isMain {
      let natural: String
      if case .token = definition.kind {
        natural = SwiftName.member(definition.name.value)
      } else {
        natural = SwiftName.type(definition.name.value)
      }
      documents[nsid]?.definitions[definition.name.value] = inner.claim(natural)
    }
  }

  /// The names that the emitter declares inside a document's type.
  private static func members(of document: LexiconDocument) -> Set<String> {
    var result = SwiftKeywords.forbiddenMembers
    switch document[definition: "main"]?.kind {
    case .query, .procedure, .subscription: result.formUnion(methodMembers)
    case .permissionSet: result.insert("permissionSet")
    case .space, .token: result.insert("token")
    case .record: result.formUnion(structureMembers)
    case .schema(let schema):
      result.formUnion(structureMembers)
      result.insert("Main")
      if case .string(let string) = schema.kind {
        result.formUnion(SwiftKeywords.forbiddenCases)
        result.formUnion(StringConstant.all(string.enum ?? []).map(\.name))
        result.formUnion(StringConstant.all(string.knownValues ?? []).map(\.name))
      }
    case nil: break
    }
    return result
  }

  private static let structureMembers: Set<String> = ["fields", "nsid", "recordKeyType"]
  /// The names that the emitter declares inside a group.
  package static let groupMembers: Set<String> = ["Calls", "Handler", "records", "routes"]
  /// The names that the emitter declares inside a method.
  package static let methodMembers: Set<String> = [
    "Parameters", "Input", "Output", "Failure", "Message", "nsid", "inputEncoding",
    "outputEncoding",
  ]
}
