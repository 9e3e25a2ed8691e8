import ATProtoSyntax
public import Lexicon

/// Lowers checked documents to the intermediate representation.
///
/// ``modules(of:external:options:)`` is a pure function: names come from `NamePlan`, shapes from
/// the schemas, boxes from `LayoutGraph` and `LayoutWeight`. An instance contains the state of one
/// run.
public final class Lowering {
  /// A definition that becomes a type alias, with the types declared inline in it.
  struct Alias {
    var type: TypeReference
    var declarations: [Declaration]
  }

  let options: CompilerOptions
  let names: NamePlan
  /// All documents, including those generated elsewhere.
  let catalog: Catalog
  /// The paths of types that are the body of a method in their own module.
  var bodies: Set<String> = []
  /// The NSIDs of the documents that describe stored or streamed data.
  let dataDocuments: Set<String>
  /// The names taken inside the type of each document, by NSID.
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

  /// Lowers documents to modules, sorted by name.
  ///
  /// - Parameters:
  ///   - documents: documents without errors, from a `CheckedCatalog`.
  ///   - external: documents whose types another module declares.
  public static func modules(
    of documents: [LexiconDocument],
    external: [LexiconDocument] = [],
    options: CompilerOptions
  ) -> [SwiftModule] {
    let lowering = Lowering(documents: documents, external: external, options: options)
    lowering.markBodies(documents)
    var declarations: [String: [Declaration]] = [:]
    for document in documents.sorted(by: { $0.id.value.string < $1.id.value.string }) {
      declarations[document.id.value.authority, default: []] += lowering.declarations(of: document)
    }
    LayoutGraph.breakCycles(in: &declarations)
    LayoutWeight.boxHeavyValues(in: &declarations)
    ValidationNeeds.prune(&declarations)
    return lowering.assemble(declarations)
  }

  func module(of nsid: String) -> String {
    options.module(ofNamespaceRoot: NSIDGroup(of: nsid).namespaceRoot)
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
      case .record, .subscription, .permissionSet, .space, .token, .schema: break
      }
    }
  }

  private func assemble(_ declarations: [String: [Declaration]]) -> [SwiftModule] {
    var groupsByModule: [String: [NSIDGroup]] = [:]
    for group in declarations.keys.sorted().map({ NSIDGroup($0) }) {
      let module = options.module(ofNamespaceRoot: group.namespaceRoot)
      groupsByModule[module, default: []].append(group)
    }
    return groupsByModule.keys.sorted().map { module in
      let groups = groupsByModule[module] ?? []
      let isShared =
        options.singleModule != nil || Set(groups.map(\.namespaceRoot)).count > 1
      let files = groups.map { group in
        let all = declarations[group.text] ?? []
        return SwiftFile(
          group: group.text,
          scope: names.namespacePaths[group.text] ?? "",
          fileName: options.layout.fileName(of: group, inSharedModule: isShared),
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
    let groups = Set(files.flatMap { NSIDGroup($0.group).ancestry })
    let called = Set(files.filter { !$0.methods.isEmpty }.flatMap { NSIDGroup($0.group).ancestry })
    // A property that leads to a group changes its name if a call next to it has the same name.
    var accessors: [String: NameScope] = [:]
    for file in files {
      var scope = NameScope(forbidden: SwiftKeywords.forbiddenMembers)
      for method in file.methods {
        if case .method(let method) = method.kind { _ = scope.claim(method.callName) }
      }
      accessors[file.group] = scope
    }
    return groups.sorted().compactMap { group in
      guard let path = names.namespacePaths[group.text] else { return nil }
      let scope = group.enclosing.flatMap { names.namespacePaths[$0.text] }
      let callName: String
      if let enclosing = group.enclosing {
        callName = accessors[
          enclosing.text,
          default: NameScope(forbidden: SwiftKeywords.forbiddenMembers)
        ].claim(SwiftName.member(group.name))
      } else {
        // The suffix that distinguishes two namespace roots with the same Swift name, if there is
        // one.
        let suffix = path.dropFirst(SwiftName.type(group.text).count)
        callName = SwiftName.member(group.text) + suffix
      }
      return Namespace(
        nsidPrefix: group.text,
        scope: scope,
        name: scope.map { String(path.dropFirst($0.count + 1)) } ?? path,
        isDeclared: names.documents[group.text] == nil,
        hasCalls: called.contains(group),
        callName: callName,
        records: group.isNamespaceRoot ? records(below: group, in: files) : []
      )
    }
  }

  private func records(below root: NSIDGroup, in files: [SwiftFile]) -> [String] {
    let declarations = files.filter { NSIDGroup($0.group).namespaceRoot == root.text }
      .flatMap(\.declarations)
    return declarations.compactMap { declaration -> (nsid: String, path: String)? in
      guard case .structure(let structure) = declaration.kind, let record = structure.record else {
        return nil
      }
      return (record.nsid, declaration.path)
    }
    .sorted { $0.nsid < $1.nsid }.map(\.path)
  }
}
