/// The modules that the declarations of one file use. The list is exact, because the Swift compiler
/// warns about unused imports.
struct ImportNeeds {
  var modules: Set<String> = []
  /// Modules from which only protocol conformances are used.
  private var conformances: Set<String> = []

  init() {}

  init(_ file: SwiftFile, options: CompilerOptions, module: String) {
    for declaration in file.declarations {
      add(declaration, module: module)
    }
    if !file.methods.isEmpty, !options.parts.isDisjoint(with: [.client, .server]) {
      modules.insert("XRPC")
    }
  }

  /// Internal code imports without an access level: a level in one file would require one in every
  /// file of the target. With package access, a conformance needs only an internal import.
  func lines(access: CompilerOptions.Access) -> [String] {
    modules.union(conformances).sorted().map { module in
      let isHidden = access == .package && !modules.contains(module)
      let level = access == .internal ? "" : "\(isHidden ? "internal" : access.rawValue) "
      return "\(level)import \(module)"
    }
  }

  private mutating func add(_ declaration: Declaration, module: String) {
    switch declaration.kind {
    case .structure(let structure):
      modules.insert("ATProtoData")
      if structure.isBody { conformances.insert("XRPC") }
      for field in structure.fields { add(field.type, module: module) }
    case .union(let union):
      modules.insert("ATProtoData")
      if union.isBody { conformances.insert("XRPC") }
      for member in union.members { add(.named(member.type), module: module) }
    case .parameters(let parameters):
      modules.insert("XRPC")
      // `validate(into:)` has a parameter type from ATProtoData.
      if parameters.fields.contains(where: { !$0.checks.isEmpty }) { modules.insert("ATProtoData") }
      for field in parameters.fields { add(field.type, module: module) }
    case .alias(let type): add(type, module: module)
    case .openString, .closedString: modules.insert("ATProtoData")
    case .failure, .permissionSet: modules.insert("XRPC")
    case .method(let method):
      modules.insert("XRPC")
      for body in [method.input, method.output] {
        switch body {
        case .type(let type): add(type, module: module)
        case .foreign(let type):
          add(type, module: module)
          // Scalars and arrays are bodies because they conform to `LexiconValue`.
          if type.isBuiltIn { modules.insert("ATProtoData") }
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
      if let underlying = named.underlying {
        add(underlying, module: module)
      } else if named.module != module {
        modules.insert(named.module)
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
