import Templating

extension Emitter {
  /// The Swift compiler cannot check that a switch over many more cases is exhaustive.
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
    var encoders = members.enumerated().map { index, member in
      (pattern: "case .\(member.local)(let _m)", body: "_w.member(\(index), _m, Self.members)")
    }
    if !union.isClosed { encoders.append(("case .unknown(let _m)", "_m.encode(to: &_w)")) }
    let isLarge = members.count > Self.largestExhaustiveSwitch
    let encoding = encoders.enumerated().map { index, encoder in
      isLarge && index == encoders.count - 1
        ? "default: if \(encoder.pattern) = self { \(encoder.body) }"
        : "\(encoder.pattern): \(encoder.body)"
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
        "ids": SwiftLiteral.string(members.map(\.id).joined(separator: " ")),
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
            "access": access,
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
  /// The name of the case in source code.
  var local: String { SwiftKeywords.spelled(name) }
}
