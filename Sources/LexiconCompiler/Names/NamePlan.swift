import ATProtoSyntax
package import Lexicon

/// The Swift name of every namespace, document and definition, decided before anything is lowered.
///
/// Scopes are filled in a fixed order: groups, then documents by NSID, then the definitions of a
/// document in the order of the file. What comes later gives way.
package struct NamePlan: Sendable {
  /// Names of one document.
  package struct Document: Sendable {
    /// Path of the enclosing namespace, `AppBsky.Feed`.
    package var scope: String
    /// `Post`.
    package var name: String
    /// The identifiers of the definitions other than `main`.
    package var definitions: [String: String]
    /// What is taken inside the document's own type.
    package var inner: NameScope

    package var path: String { "\(scope).\(name)" }
  }

  package private(set) var documents: [String: Document] = [:]
  /// By NSID prefix.
  package private(set) var namespacePaths: [String: String] = [:]
  package private(set) var authorityNames: Set<String> = []

  /// Names that a nested type must not take.
  package var forbiddenTypes: Set<String> { SwiftKeywords.forbiddenTypes.union(authorityNames) }

  package init(_ catalog: [LexiconDocument]) {
    let sorted = catalog.sorted { $0.id.value.string < $1.id.value.string }
    let prefixes = Set(sorted.flatMap { NSIDPath($0.id.value.string).prefixes })
    nameAuthorities(prefixes)

    var scopes: [String: NameScope] = [:]
    for document in sorted {
      let nsid = document.id.value.string
      var taken = forbiddenTypes.union(NamePlan.members(of: document))
      if prefixes.contains(nsid) { taken.formUnion(NamePlan.groupMembers) }
      scopes[nsid] = NameScope(forbidden: taken)
    }
    let groups = prefixes.filter { namespacePaths[$0] == nil }.sorted { lhs, rhs in
      (lhs.utf8.count(of: UInt8(ascii: ".")), lhs) < (rhs.utf8.count(of: UInt8(ascii: ".")), rhs)
    }
    let forbidden = forbiddenTypes.union(NamePlan.groupMembers)
    for group in groups {
      let path = NSIDPath(group)
      let name = scopes[path.group, default: NameScope(forbidden: forbidden)]
        .claim(SwiftName.type(path.name))
      namespacePaths[group] = "\(namespacePaths[path.group] ?? "").\(name)"
    }
    for document in sorted {
      let nsid = document.id.value.string
      let path = NSIDPath(nsid)
      guard let scope = namespacePaths[path.group] else { continue }
      let name: String
      if let shared = namespacePaths[nsid] {
        name = String(shared.dropFirst(scope.count + 1))
      } else {
        name = scopes[path.group, default: NameScope(forbidden: forbidden)]
          .claim(SwiftName.type(path.name))
      }
      documents[nsid] = Document(
        scope: scope,
        name: name,
        definitions: [:],
        inner: NameScope(forbidden: [])
      )
    }
    // A definition gives way to the groups and documents inside the same type, so it comes last.
    for document in sorted {
      let nsid = document.id.value.string
      var inner = scopes[nsid] ?? NameScope(forbidden: forbiddenTypes)
      nameDefinitions(of: document, in: &inner)
      documents[nsid]?.inner = inner
    }
  }

  /// The path of a definition's type, or of what holds it.
  package func path(of reference: Reference) -> String? {
    guard let document = documents[reference.nsid.string] else { return nil }
    guard reference.definition != "main" else { return document.path }
    return document.definitions[reference.definition].map { "\(document.path).\($0)" }
  }

  private mutating func nameAuthorities(_ prefixes: Set<String>) {
    var root = NameScope(forbidden: SwiftKeywords.forbiddenTypes)
    for authority in prefixes.filter({ $0.utf8.count(of: UInt8(ascii: ".")) == 1 }).sorted() {
      let name = root.claim(SwiftName.type(authority))
      namespacePaths[authority] = name
      authorityNames.insert(name)
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

  /// What the emitter itself declares inside a document's type.
  private static func members(of document: LexiconDocument) -> Set<String> {
    var result = SwiftKeywords.forbiddenMembers
    switch document[definition: "main"]?.kind {
    case .query, .procedure, .subscription: result.formUnion(methodMembers)
    case .permissionSet: result.insert("permissionSet")
    case .token: result.insert("token")
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

  private static let structureMembers: Set<String> = ["fields", "nsid"]
  /// What the emitter itself declares inside a group.
  package static let groupMembers: Set<String> = ["Calls", "Handler", "routes"]
  /// What the emitter itself declares inside a method.
  package static let methodMembers: Set<String> = [
    "Parameters", "Input", "Output", "Failure", "Message", "nsid", "inputEncoding",
    "outputEncoding",
  ]
}

extension Sequence where Element == UInt8 {
  fileprivate func count(of byte: UInt8) -> Int {
    reduce(0) { $1 == byte ? $0 + 1 : $0 }
  }
}
