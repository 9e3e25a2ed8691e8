import ATProtoSyntax
public import Lexicon

/// Checked catalog -> intermediate representation.
///
/// A pure function from outside, ``modules(of:external:options:)``: names come from ``NamePlan``,
/// shapes from the schemas, boxes from ``LayoutGraph``. The class holds what one run remembers.
public final class Lowering {
  /// A definition that becomes a type alias, with the types written inline in it.
  struct Alias {
    var type: TypeReference
    var declarations: [Declaration]
  }

  let options: CompilerOptions
  let names: NamePlan
  /// Definitions of the catalog and of the documents generated elsewhere.
  let catalog: Catalog
  /// Paths of types that are the body of a method in their own module.
  var bodies: Set<String> = []
  /// NSIDs of the documents that describe what is stored or streamed.
  let dataDocuments: Set<String>
  /// What is taken inside each document's own type, by NSID.
  var inner: [String: NameScope]
  var aliases: [String: Alias] = [:]

  init(documents: [LexiconDocument], external: [LexiconDocument], options: CompilerOptions) {
    self.options = options
    names = NamePlan(documents + external)
    catalog = Catalog(documents + external)
    inner = names.documents.mapValues(\.inner)
    dataDocuments = Set(documents.filter(Self.isData).map(\.id.value.string))
  }

  private static func isData(_ document: LexiconDocument) -> Bool {
    switch document[definition: "main"]?.kind {
    case .record, .subscription: true
    case .schema(let schema): if case .object = schema.kind { true } else { false }
    default: false
    }
  }

  /// The modules of `documents`, sorted by name.
  ///
  /// - Parameter external: documents whose types another module declares already.
  public static func modules(
    of documents: [LexiconDocument],
    external: [LexiconDocument] = [],
    options: CompilerOptions
  ) -> [SwiftModule] {
    let lowering = Lowering(documents: documents, external: external, options: options)
    lowering.markBodies(documents)
    var declarations: [String: [Declaration]] = [:]
    for document in documents.sorted(by: { $0.id.value.string < $1.id.value.string }) {
      let group = NSIDPath(document.id.value.string).group
      declarations[group, default: []] += lowering.declarations(of: document)
    }
    LayoutGraph.breakCycles(in: &declarations)
    LayoutWeight.boxHeavyValues(in: &declarations)
    ValidationNeeds.prune(&declarations)
    return lowering.assemble(declarations)
  }

  func module(of nsid: String) -> String {
    options.module(ofAuthority: NSIDPath(nsid).authority)
  }

  private func markBodies(_ documents: [LexiconDocument]) {
    for document in documents {
      guard let main = document[definition: "main"] else { continue }
      switch main.kind {
      case .query(let method), .procedure(let method):
        for body in [method.input, method.output] {
          guard case .ref(let reference)? = body?.schema?.kind,
            module(of: reference.nsid.string) == module(of: document.id.value.string),
            let path = names.path(of: reference)
          else { continue }
          bodies.insert(path)
        }
      case .record, .subscription, .permissionSet, .token, .schema: break
      }
    }
  }

  private func assemble(_ declarations: [String: [Declaration]]) -> [SwiftModule] {
    var groupsByModule: [String: [String]] = [:]
    for group in declarations.keys.sorted() {
      groupsByModule[module(of: group + ".x"), default: []].append(group)
    }
    return groupsByModule.keys.sorted().map { module in
      let groups = groupsByModule[module] ?? []
      let isShared =
        options.singleModule != nil || Set(groups.map { NSIDPath($0 + ".x").authority }).count > 1
      let files = groups.map { group in
        let all = declarations[group] ?? []
        return SwiftFile(
          group: group,
          scope: names.namespacePaths[group] ?? "",
          fileName: NSIDPath.fileName(ofGroup: group, inSingleModule: isShared),
          declarations: all,
          methods: all.filter { if case .method = $0.kind { true } else { false } }
        )
      }
      return SwiftModule(
        name: module,
        imports: ModuleReferences.modules(of: files.flatMap(\.declarations))
          .subtracting([module]).sorted(),
        files: files,
        namespaces: namespaces(of: files)
      )
    }
  }

  private func namespaces(of files: [SwiftFile]) -> [Namespace] {
    let prefixes = Set(files.flatMap { NSIDPath($0.group + ".x").prefixes })
    let called = Set(
      files.filter { !$0.methods.isEmpty }.flatMap { NSIDPath($0.group + ".x").prefixes }
    )
    // A property that leads to a group gives way to the calls beside it.
    var accessors: [String: NameScope] = [:]
    for file in files {
      var scope = NameScope(forbidden: SwiftKeywords.forbiddenMembers)
      for method in file.methods {
        if case .method(let method) = method.kind { _ = scope.claim(method.callName) }
      }
      accessors[file.group] = scope
    }
    return prefixes.sorted().compactMap { prefix in
      guard let path = names.namespacePaths[prefix] else { return nil }
      let segments = NSIDPath(prefix)
      let isAuthority = segments.segments.count == 2
      let scope = isAuthority ? nil : names.namespacePaths[segments.group]
      let natural = SwiftName.member(isAuthority ? prefix : segments.name)
      let callName: String
      if isAuthority {
        // Where authorities meet in one name, their types have been told apart.
        callName = natural + path.dropFirst(SwiftName.type(prefix).count)
      } else {
        callName = accessors[
          segments.group,
          default: NameScope(forbidden: SwiftKeywords.forbiddenMembers)
        ].claim(natural)
      }
      return Namespace(
        nsidPrefix: prefix,
        scope: scope,
        name: scope.map { String(path.dropFirst($0.count + 1)) } ?? path,
        isDeclared: names.documents[prefix] == nil,
        hasCalls: called.contains(prefix),
        callName: callName
      )
    }
  }
}
