extension Rule {
  static let lengthBesideFormat = Rule(
    "length-beside-format",
    .warning,
    "A string with a format should not have length limits.",
    reason: "The format already limits the length, and a second limit may reject valid values.",
    clause: Clause.guidelines,
    bad: .record(#""subject":{"type":"string","format":"did","maxLength":2048}"#),
    good: .record(#""subject":{"type":"string","format":"did"}"#),
    fix: { finding, tree in
      guard let schema = tree.value(at: finding.location.offset),
        case .object(let members) = schema.kind,
        case .string(let name)? = schema["format"]?.kind,
        let lengths = StringSchema.Format(rawValue: name)?.lengths
      else { return [] }
      // Removing limits is only safe if all of them allow every value of the format. Limits that
      // narrow the format have a meaning, so they stay, and so does the finding.
      var edits: [TextEdit] = []
      for (index, member) in members.enumerated() {
        guard case .integer(let limit) = member.value.kind else { continue }
        switch member.name {
        case "maxLength", "maxGraphemes": guard limit >= lengths.upperBound else { return [] }
        case "minLength": guard limit <= lengths.lowerBound else { return [] }
        case "minGraphemes": guard limit <= min(1, lengths.lowerBound) else { return [] }
        default: continue
        }
        edits.append(LocatedTree.removal(.init(container: schema, index: index)))
      }
      return edits
    }
  ) { subject in
    subject.strings { string, site in
      guard let format = string.format,
        string.length != LengthLimits() || string.graphemes != LengthLimits()
      else { return nil }
      return "\(site.name) has length limits beside the format '\(format.rawValue)'; remove them"
    }
  }
}
