import ATProtoSyntax

extension Rule {
  static let localToken = Rule(
    "local-token",
    .warning,
    "A known value that is a token is written in full.",
    reason: "The value stands in data, where nothing says which document '#mood' is of.",
    clause: Clause.specification("string"),
    bad: .definition(##"{"type":"string","knownValues":["#calm"]}"##),
    good: .definition(
      #"{"type":"string","knownValues":["com.example.defs#calm"]},"#
        + #""calm":{"type":"token","description":"At ease."}"#
    ),
    fixedBy: { finding, tree in
      guard let value = tree.value(at: finding.location.offset),
        case .string(let text) = value.kind, text.hasPrefix("#"),
        case .string(let id)? = tree.root?["id"]?.kind, let nsid = try? NSID(id)
      else { return [] }
      let start = value.range.lowerBound + 1
      // The document's own name may be corrected in the same run.
      return [TextEdit(start..<start, nsid.normalized.string)]
    }
  )
}
