import ATProtoSyntax

extension Rule {
  static let nsidUpperCase = Rule(
    "nsid-upper-case",
    .warning,
    "The authority of an NSID is in lower case.",
    reason: "It is a domain name, and readers compare byte by byte.",
    clause: Clause.nsid,
    bad: .named("com.Example.defs"),
    good: .named("com.example.defs"),
    fixedBy: { finding, tree in
      guard let value = tree.value(at: finding.location.offset),
        case .string(let text) = value.kind, let nsid = try? NSID(text)
      else { return [] }
      return [TextEdit(value.range, "\"\(nsid.normalized.string)\"")]
    }
  )
}
