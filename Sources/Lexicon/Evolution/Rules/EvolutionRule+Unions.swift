// Changes of unions, types and references.
extension EvolutionRule {
  static let unionRules = [
    unionOpened, unionClosed, unionMemberAdded, unionMemberRemoved, closedUnionMemberAdded,
    closedUnionMemberRemoved, typeChanged, typeOpened, typeRestricted, referenceRenamed,
    referenceChanged,
  ]

  /// A property `embed` that is a union.
  private static func union(_ refs: String..., closed: Bool) -> String {
    let refs = refs.map { "\"#\($0)\"" }.joined(separator: ",")
    return #""embed":{"type":"union","refs":[\#(refs)],"closed":\#(closed)}"#
  }

  /// A property `embed` that is a reference.
  private static func reference(to target: String) -> String {
    #""embed":{"type":"ref","ref":"\#(target)"}"#
  }

  static let unionOpened = EvolutionRule(
    "union-opened",
    .widens,
    "software built for the old schema expects no other type",
    clause: Clause.union,
    example: .record(union("image", closed: true), union("image", closed: false))
  )

  static let unionClosed = EvolutionRule(
    "union-closed",
    .narrows,
    "types outside the union were valid",
    clause: Clause.union,
    example: unionOpened.example.reversed
  )

  static let unionMemberAdded = EvolutionRule(
    "union-member-added",
    .varies(shared: .note, request: .compatible, response: .note),
    "software built for the old schema sees it as an unknown type of an open union",
    in: [.request: "clients built for the old schema do not send it"],
    clause: Clause.union,
    example: .record(union("image", closed: false), union("image", "video", closed: false))
  )

  static let unionMemberRemoved = EvolutionRule(
    "union-member-removed",
    .always(.breaking),
    "types cannot be removed from an open union, because data may still contain them",
    clause: Clause.union,
    example: unionMemberAdded.example.reversed
  )

  static let closedUnionMemberAdded = EvolutionRule(
    "closed-union-member-added",
    .widens,
    "a closed union promises that no type will be added",
    clause: Clause.union,
    example: .record(union("image", closed: true), union("image", "video", closed: true))
  )

  static let closedUnionMemberRemoved = EvolutionRule(
    "closed-union-member-removed",
    .narrows,
    "the type was valid",
    clause: Clause.union,
    example: closedUnionMemberAdded.example.reversed
  )

  static let typeChanged = EvolutionRule(
    "type-changed",
    .replaces,
    "types cannot change",
    example: .record(
      #""mood":{"type":"string","maxLength":64}"#,
      #""mood":{"type":"integer"}"#
    )
  )

  static let typeOpened = EvolutionRule(
    "type-opened",
    .varies(shared: .breaking, request: .note, response: .breaking),
    "types cannot change, and software built for the old schema expects a known object",
    in: [.request: "types cannot change, although every request that was valid still is"],
    example: .record(reference(to: "#image"), #""embed":{"type":"unknown"}"#)
  )

  static let typeRestricted = EvolutionRule(
    "type-restricted",
    .varies(shared: .breaking, request: .breaking, response: .note),
    "types cannot change, and not every object that was valid before still is",
    in: [.response: "types cannot change, although every response was already valid before"],
    example: typeOpened.example.reversed
  )

  static let referenceRenamed = EvolutionRule(
    "reference-renamed",
    .always(.note),
    "references do not appear in data, and the definitions themselves are compared",
    clause: Clause.reference,
    example: .record(reference(to: "#image"), reference(to: "#picture"))
  )

  static let referenceChanged = EvolutionRule(
    "reference-changed",
    .always(.breaking),
    "the definitions cannot be compared, or their names appear in the data",
    clause: Clause.reference,
    example: .record(reference(to: "#image"), reference(to: "org.other.defs#image"))
  )
}
