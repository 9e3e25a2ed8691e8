/// A `required`, `nullable`, or `optional` in the schema of a property, where it has no effect.
struct PropertyFlag {
  /// The edit that gives the flag its effect; nil if that is not certain.
  var edit: TextEdit?

  /// Returns nil if no such flag is at the offset.
  init?(at offset: Int, in tree: LocatedTree) {
    let steps = tree.steps(to: offset)
    guard steps.count >= 3 else { return nil }
    let (flag, property, owner) = (
      steps[steps.count - 1], steps[steps.count - 2], steps[steps.count - 3]
    )
    guard case .object(let members) = flag.container.kind,
      case .boolean(let isSet) = members[flag.index].value.kind,
      case .object(let properties) = property.container.kind,
      case .object(let fields) = owner.container.kind, fields[owner.index].name == "properties"
    else { return nil }
    let name = properties[property.index].name
    let removal = LocatedTree.removal(flag)
    let lists = { (list: String) in
      Self.elements(list, of: owner.container).contains { element in
        if case .string(name) = element.kind { true } else { false }
      }
    }
    switch members[flag.index].name {
    case "optional":
      // If the two contradict each other, it is not clear which one is meant.
      edit = isSet == lists("required") ? nil : removal
    case let list where list == "required" || list == "nullable":
      if list == "nullable", owner.container["nullable"] == nil, !Self.isObject(owner.container) {
        return nil
      }
      guard isSet, !lists(list) else {
        edit = isSet || !lists(list) ? removal : nil
        return
      }
      edit = Self.addition(of: name, to: list, fields, owner, tree).flatMap {
        tree.combined([$0, removal])
      }
    default: return nil
    }
  }

  private static func elements(_ list: String, of object: LocatedValue) -> [LocatedValue] {
    guard case .array(let elements)? = object[list]?.kind else { return [] }
    return elements
  }

  private static func isObject(_ value: LocatedValue) -> Bool {
    if case .string("object")? = value["type"]?.kind { true } else { false }
  }

  /// The edit that adds a name to a list of an object.
  private static func addition(
    of name: String,
    to list: String,
    _ fields: [LocatedValue.Member],
    _ owner: LocatedTree.Step,
    _ tree: LocatedTree
  ) -> TextEdit? {
    // The name as written, with its escape sequences.
    guard case .object(let properties) = fields[owner.index].value.kind,
      let property = properties.first(where: { $0.name == name })
    else { return nil }
    let literal = String(decoding: tree.source.bytes[property.nameRange], as: UTF8.self)
    guard let value = owner.container[list] else {
      let start = fields[owner.index].nameOffset
      let separator = tree.separator(likeBefore: start)
      return TextEdit(start..<start, "\"\(list)\": [\(literal)],\(separator)")
    }
    guard case .array(let elements) = value.kind else { return nil }
    let end = elements.last?.range.upperBound ?? value.range.lowerBound + 1
    return TextEdit(end..<end, elements.isEmpty ? literal : ", \(literal)")
  }
}
