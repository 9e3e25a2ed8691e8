/// The modules that declare the types used by declarations.
enum ModuleReferences {
  static func modules(of declarations: [Declaration]) -> Set<String> {
    var result: Set<String> = []
    for declaration in declarations {
      switch declaration.kind {
      case .structure(let structure):
        for field in structure.fields { collect(field.type, &result) }
      case .parameters(let parameters):
        for field in parameters.fields { collect(field.type, &result) }
      case .union(let union):
        for member in union.members { collect(.named(member.type), &result) }
      case .alias(let type): collect(type, &result)
      case .method(let method):
        for body in [method.input, method.output] {
          switch body {
          case .type(let type), .foreign(let type): collect(type, &result)
          case .none, .raw, .declared, .anyJSON: break
          }
        }
      case .openString, .closedString, .namespace, .token, .failure, .permissionSet: break
      }
    }
    return result
  }

  private static func collect(_ type: TypeReference, _ result: inout Set<String>) {
    switch type {
    case .named(let named):
      if let underlying = named.underlying {
        collect(underlying, &result)
      } else {
        result.insert(named.module)
      }
    case .array(let element): collect(element, &result)
    case .nullable(let wrapped): collect(wrapped, &result)
    case .boolean, .integer, .string, .bytes, .cidLink, .blob, .value, .format: break
    }
  }
}
