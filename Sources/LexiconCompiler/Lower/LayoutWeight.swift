/// Boxes values that would be too large inside others.
///
/// The code that the Swift compiler emits for copying, assigning, and destroying a value grows with
/// the number of references inline in it, and in the schemas of a social network, every view
/// contains other views. Left inline, these functions were four fifths of the object code and a
/// third of the compile time (`Benchmarks/RESULTS.md`). Small values stay inline, so that decoding
/// them does not allocate.
enum LayoutWeight {
  /// The maximum number of inline references in the structure of a field.
  static let fieldLimit = 4
  /// The same for a field of a record: records are decoded in large numbers and are not part of views.
  static let recordFieldLimit = 8
  /// The maximum number of inline references in a member of a union.
  static let memberLimit = 3

  static func boxHeavyValues(in declarations: inout [String: [Declaration]]) {
    var kinds: [String: Declaration.Kind] = [:]
    for declaration in declarations.values.joined() { kinds[declaration.path] = declaration.kind }
    var weigher = Weigher(kinds: kinds)
    for group in declarations.keys.sorted() {
      for index in declarations[group, default: []].indices {
        switch declarations[group]![index].kind {
        case .structure(var structure):
          for field in structure.fields.indices where !structure.fields[field].isBoxed {
            structure.fields[field].isBoxed =
              weigher.isHeavy(structure.fields[field].type, in: structure)
          }
          declarations[group]![index].kind = .structure(structure)
        case .union(var union):
          for member in union.members.indices where !union.members[member].isIndirect {
            union.members[member].isIndirect =
              weigher.weight(ofPath: union.members[member].type.path) > memberLimit
          }
          declarations[group]![index].kind = .union(union)
        default: break
        }
      }
    }
  }

  /// Weighs types as they are after heavy values are boxed.
  private struct Weigher {
    let kinds: [String: Declaration.Kind]
    var known: [String: Int] = [:]

    init(kinds: [String: Declaration.Kind]) {
      self.kinds = kinds
    }

    /// Only structures and unions are boxed: boxing a scalar does not reduce its weight.
    mutating func isHeavy(_ type: TypeReference, in structure: Structure) -> Bool {
      switch type.resolved {
      case .named(let named) where named.kind == .structure || named.kind == .union:
        weight(ofPath: named.path)
          > (structure.record == nil ? LayoutWeight.fieldLimit : LayoutWeight.recordFieldLimit)
      case .nullable(let wrapped): isHeavy(wrapped, in: structure)
      default: false
      }
    }

    /// The number of references inline in a value of the type.
    mutating func weight(of type: TypeReference) -> Int {
      switch type.resolved {
      case .boolean, .integer: 0
      case .string, .bytes, .cidLink, .format, .array: 1
      case .value: 2
      case .blob: 4
      case .nullable(let wrapped): weight(of: wrapped)
      case .named(let named): named.kind == .closedString ? 0 : weight(ofPath: named.path)
      }
    }

    /// Walks depth first with an explicit stack, because the depth depends on the schemas.
    ///
    /// A type of another module counts as heavy. A type whose weight is still being computed has
    /// weight one, because the remaining cycles go through boxes.
    mutating func weight(ofPath path: String) -> Int {
      if let weight = known[path] { return weight }
      var stack = [(path: path, isReady: false)]
      while let (path, isReady) = stack.popLast() {
        guard let kind = kinds[path] else { continue }
        if isReady {
          known[path] = sum(kind)
        } else if known[path] == nil {
          known[path] = 1
          stack.append((path, true))
          stack += inlinePaths(kind).reversed().map { ($0, false) }
        }
      }
      return known[path] ?? LayoutWeight.recordFieldLimit + 1
    }

    /// Computes the weight of a type after those of the types inline in it.
    private mutating func sum(_ kind: Declaration.Kind) -> Int {
      switch kind {
      case .structure(let structure):
        structure.fields.reduce(1) { sum, field in
          sum + (field.isBoxed || isHeavy(field.type, in: structure) ? 1 : weight(of: field.type))
        }
      case .union(let union):
        union.members.reduce(2) { heaviest, member in
          let weight = member.isIndirect ? 1 : weight(ofPath: member.type.path)
          return max(heaviest, weight > LayoutWeight.memberLimit ? 1 : weight)
        }
      default: 1
      }
    }

    private func inlinePaths(_ kind: Declaration.Kind) -> [String] {
      switch kind {
      case .structure(let structure):
        structure.fields.filter { !$0.isBoxed }.compactMap { LayoutGraph.inlineTarget(of: $0.type) }
      case .union(let union): union.members.filter { !$0.isIndirect }.map(\.type.path)
      default: []
      }
    }
  }
}
