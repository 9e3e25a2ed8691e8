extension LocatedTree {
  /// A member or an element on the path to a place.
  struct Step {
    var container: LocatedValue
    var index: Int
  }

  /// Returns the path from the root to the value or key at an offset.
  func steps(to offset: Int) -> [Step] {
    guard var value = root else { return [] }
    var steps: [Step] = []
    while true {
      switch value.kind {
      case .object(let members):
        let index = members.firstIndex { member in
          member.nameOffset <= offset && offset < member.value.range.upperBound
            || member.value.range.contains(offset)
        }
        guard let index else { return steps }
        steps.append(Step(container: value, index: index))
        let member = members[index]
        guard member.value.range.contains(offset) else { return steps }
        value = member.value
      case .array(let elements):
        guard let index = elements.firstIndex(where: { $0.range.contains(offset) }) else {
          return steps
        }
        steps.append(Step(container: value, index: index))
        value = elements[index]
      default: return steps
      }
    }
  }

  /// Returns the JSON Pointer (RFC 6901) to the value or key at an offset; empty for the root.
  public func pointer(to offset: Int) -> String {
    steps(to: offset).map { step in
      guard case .object(let members) = step.container.kind else { return "/\(step.index)" }
      let name = members[step.index].name
      return "/" + name.replacing("~", with: "~0").replacing("/", with: "~1")
    }.joined()
  }

  /// Returns the value that begins at an offset, or whose key does.
  func value(at offset: Int) -> LocatedValue? {
    guard let step = steps(to: offset).last else { return root }
    switch step.container.kind {
    case .object(let members): return members[step.index].value
    case .array(let elements): return elements[step.index]
    default: return nil
    }
  }
}
