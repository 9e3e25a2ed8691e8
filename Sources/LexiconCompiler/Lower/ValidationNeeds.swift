/// Removes checks that would descend into types without constraints.
///
/// A type needs validation if it or a type that it contains has a constraint; types of other modules
/// are assumed to need it.
enum ValidationNeeds {
  static func prune(_ declarations: inout [String: [Declaration]]) {
    var local: Set<String> = []
    var needing: Set<String> = []
    var holders: [String: [String]] = [:]
    for declaration in declarations.values.joined() {
      local.insert(declaration.path)
      switch declaration.kind {
      case .structure(let structure):
        for field in structure.fields {
          note(field.checks, field.type, declaration.path, &needing, &holders)
        }
      case .union(let union):
        for member in union.members {
          holders[member.type.path, default: []].append(declaration.path)
        }
      default: break
      }
    }
    needing.formUnion(holders.keys.filter { !local.contains($0) })
    var queue = Array(needing)
    while let path = queue.popLast() {
      for holder in holders[path] ?? [] where needing.insert(holder).inserted {
        queue.append(holder)
      }
    }
    for group in declarations.keys {
      for index in declarations[group, default: []].indices {
        guard case .structure(var structure) = declarations[group]![index].kind else { continue }
        for field in structure.fields.indices {
          let type = structure.fields[field].type
          structure.fields[field].checks = pruned(structure.fields[field].checks, type, needing)
        }
        declarations[group]![index].kind = .structure(structure)
      }
    }
    for group in declarations.keys {
      for index in declarations[group, default: []].indices {
        guard case .union(var union) = declarations[group]![index].kind else { continue }
        for member in union.members.indices {
          union.members[member].needsValidation = needing.contains(union.members[member].type.path)
        }
        declarations[group]![index].kind = .union(union)
      }
    }
  }

  private static func note(
    _ checks: [Check],
    _ type: TypeReference,
    _ path: String,
    _ needing: inout Set<String>,
    _ holders: inout [String: [String]]
  ) {
    for check in checks {
      switch check {
      case .nested:
        if let target = target(of: type) {
          holders[target, default: []].append(path)
        } else {
          needing.insert(path)
        }
      case .each(let items, let element): note(items, element, path, &needing, &holders)
      default: needing.insert(path)
      }
    }
  }

  /// The structure or union that a nested check leads to; nil for formatted strings.
  private static func target(of type: TypeReference) -> String? {
    switch type.resolved {
    case .named(let named): named.path
    case .array(let element): target(of: element)
    case .nullable(let wrapped): target(of: wrapped)
    default: nil
    }
  }

  private static func pruned(
    _ checks: [Check],
    _ type: TypeReference,
    _ needing: Set<String>
  ) -> [Check] {
    checks.compactMap { check in
      switch check {
      case .nested:
        guard let target = target(of: type) else { return check }
        return needing.contains(target) ? check : nil
      case .each(let items, let element):
        let kept = pruned(items, element, needing)
        return kept.isEmpty ? nil : .each(kept, element: element)
      default: return check
      }
    }
  }
}
