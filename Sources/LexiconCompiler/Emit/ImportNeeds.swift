/// Which modules one file's declarations use: an import that nothing uses is a warning.
struct ImportNeeds {
  var modules: Set<String> = []
  /// Modules that are used only through the aliases of others.
  private var aliased: Set<String> = []

  init() {}

  init(_ file: SwiftFile, options: CompilerOptions, module: String) {
    for declaration in file.declarations {
      add(declaration, module: module)
    }
    if !file.methods.isEmpty, !options.parts.isDisjoint(with: [.client, .server]) {
      modules.insert("XRPC")
    }
  }

  /// Internal code imports without a level: said of one file, it would have to be said of every
  /// file of the target.
  func lines(access: CompilerOptions.Access) -> [String] {
    let level = access == .internal ? "" : access.rawValue + " "
    return modules.union(aliased).sorted().map { module in
      // What a public declaration names through an alias must be imported publicly; of a package's
      // import the compiler says in that case that nothing uses it.
      let isHidden = access == .package && !modules.contains(module)
      return "\(isHidden ? "internal " : level)import \(module)"
    }
  }

  private mutating func add(_ declaration: Declaration, module: String) {
    switch declaration.kind {
    case .structure(let structure):
      modules.insert("ATProtoData")
      if structure.isBody { modules.insert("XRPC") }
      for field in structure.fields { add(field.type, module: module) }
    case .union(let union):
      modules.insert("ATProtoData")
      if union.isBody { modules.insert("XRPC") }
      for member in union.members { add(.named(member.type), module: module) }
    case .parameters(let parameters):
      modules.insert("XRPC")
      // `validate(into:)` takes a type of ATProtoData.
      if parameters.fields.contains(where: { !$0.checks.isEmpty }) { modules.insert("ATProtoData") }
      for field in parameters.fields { add(field.type, module: module) }
    case .alias(let type): add(type, module: module)
    case .openString, .closedString: modules.insert("ATProtoData")
    case .failure, .permissionSet: modules.insert("XRPC")
    case .method(let method):
      modules.insert("XRPC")
      for body in [method.input, method.output] {
        switch body {
        case .type(let type), .foreign(let type): add(type, module: module)
        case .anyJSON: modules.insert("ATProtoData")
        case .none, .raw, .declared: break
        }
      }
    case .namespace, .token: break
    }
  }

  private mutating func add(_ type: TypeReference, module: String) {
    switch type {
    case .named(let named):
      if named.module != module { modules.insert(named.module) }
      // Members of what an alias stands for are used through it.
      if let underlying = named.underlying {
        var needs = ImportNeeds()
        needs.add(underlying, module: module)
        aliased.formUnion(needs.modules.union(needs.aliased))
      }
    case .array(let element): add(element, module: module)
    case .nullable(let wrapped):
      modules.insert("ATProtoData")
      add(wrapped, module: module)
    case .format: modules.insert("ATProtoSyntax")
    case .bytes, .cidLink, .blob, .value: modules.insert("ATProtoData")
    case .boolean, .integer, .string: break
    }
  }
}
