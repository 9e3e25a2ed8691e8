extension Emitter {
  /// Of more cases than some hundreds the compiler gives up telling whether a switch has them all.
  static let largestExhaustiveSwitch = 256

  func view(of union: Union, _ declaration: Declaration) -> TemplateView {
    let members = union.members
    var decoding = members.enumerated().map { index, member in
      "case \(index): self = .\(member.local)(try \(member.type.path)(from: &_r))"
    }
    decoding.append(
      union.isClosed
        ? "default: throw _r.unknownMember()"
        : "default: self = .unknown(try DataValue(from: &_r))"
    )
    var encoding = members.enumerated().map { index, member in
      "case .\(member.local)(let _m): _w.member(\(index), _m, Self.members)"
    }
    if !union.isClosed { encoding.append("case .unknown(let _m): _m.encode(to: &_w)") }
    if members.count > Self.largestExhaustiveSwitch, let last = encoding.popLast() {
      let parts = last.split(separator: ": ", maxSplits: 1)
      encoding.append("default: if \(parts[0]) = self { \(parts[1]) }")
    }
    let checked = members.filter(\.needsValidation)
    var checks = checked.map { "case .\($0.local)(let _m): _m.validate(into: &_v)" }
    if checked.count < members.count || !union.isClosed { checks.append("default: break") }
    return TemplateView(
      base(declaration).merging([
        "conformances": union.isBody ? "LexiconUnion, XRPCBody" : "LexiconUnion",
        "isOpen": !union.isClosed,
        "cases": members.map { member in
          "\(member.isIndirect ? "indirect " : "")case \(member.local)(\(member.type.path))"
        },
        "ids": members.map { SwiftLiteral.string($0.id) }.joined(separator: ", "),
        "decoding": decoding,
        "encoding": encoding,
        "hasChecks": !checked.isEmpty,
        "checks": checks,
      ]) { $1 }
    )
  }

  func view(of values: [StringConstant], _ declaration: Declaration) -> TemplateView {
    TemplateView(
      base(declaration).merging([
        "values": values.map { value in
          TemplateView([
            "name": SwiftKeywords.spelled(value.name),
            "literal": SwiftLiteral.string(value.value),
          ])
        },
        "literals": values.map { SwiftLiteral.string($0.value) }.joined(separator: ", "),
      ]) { $1 }
    )
  }
}

extension Union.Member {
  /// The case as source.
  var local: String { SwiftKeywords.spelled(name) }
}
