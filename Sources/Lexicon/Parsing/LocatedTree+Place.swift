extension LocatedTree {
  /// A member or an element on the way to a place.
  struct Step {
    var container: LocatedValue
    var index: Int
  }

  /// The way from the root to what stands at an offset: a value, or a member's name.
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

  /// What stands at an offset, as a JSON Pointer (RFC 6901); empty for the whole document.
  public func pointer(to offset: Int) -> String {
    steps(to: offset).map { step in
      guard case .object(let members) = step.container.kind else { return "/\(step.index)" }
      let name = members[step.index].name
      return "/" + name.replacing("~", with: "~0").replacing("/", with: "~1")
    }.joined()
  }

  /// The value that begins at an offset, or belongs to the name that does.
  func value(at offset: Int) -> LocatedValue? {
    guard let step = steps(to: offset).last else { return root }
    switch step.container.kind {
    case .object(let members): return members[step.index].value
    case .array(let elements): return elements[step.index]
    default: return nil
    }
  }

  /// Takes a member of an object or an element of an array out of JSON, with its comma.
  static func removal(_ step: Step) -> TextEdit {
    let ranges: [Range<Int>] =
      switch step.container.kind {
      case .object(let members): members.map { $0.nameOffset..<$0.value.range.upperBound }
      case .array(let elements): elements.map(\.range)
      default: []
      }
    let range = ranges[step.index]
    if step.index > 0 {
      return TextEdit(ranges[step.index - 1].upperBound..<range.upperBound, "")
    }
    let end = ranges.count > 1 ? ranges[1].lowerBound : range.upperBound
    return TextEdit(range.lowerBound..<end, "")
  }
}
