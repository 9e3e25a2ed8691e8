extension Rule {
  static let missingFormat = Rule(
    "missing-format",
    .note,
    "A string that is an identifier or a time should have a format.",
    reason: "Software then validates the value, and generated code has a type for it.",
    clause: Clause.guidelines,
    bad: .record(#""createdAt":{"type":"string","maxLength":64}"#),
    good: .record(#""createdAt":{"type":"string","format":"datetime"}"#)
  ) { subject in
    subject.strings { string, site in
      guard string.format == nil, string.enum == nil, string.const == nil,
        string.knownValues == nil, let name = site.property?.name.value,
        let format = format(of: name)
      else { return nil }
      return "\(site.name) has no format; judging by its name, add the format '\(format)'"
    }
  }

  private static func format(of name: String) -> String? {
    switch name {
    case "did": "did"
    case "handle": "handle"
    case "cid": "cid"
    case "nsid": "nsid"
    case "uri", "url": "uri"
    case "rkey": "record-key"
    case "lang", "language": "language"
    default:
      Words.of(name).count > 1 && name.hasSuffix("At") ? "datetime" : nil
    }
  }
}
