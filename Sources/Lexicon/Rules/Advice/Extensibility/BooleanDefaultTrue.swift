extension Rule {
  static let booleanDefaultTrue = Rule(
    "boolean-default-true",
    .warning,
    "An optional boolean is false where it is absent.",
    reason: "Readers take what is absent for false; name the field for the uncommon case.",
    clause: Clause.guidelines,
    bad: .query(parameters: #""includeReplies":{"type":"boolean","default":true}"#),
    good: .query(parameters: #""excludeReplies":{"type":"boolean","default":false}"#)
  ) { subject in
    subject.schemas { site in
      guard case .boolean(let boolean) = site.schema.kind, boolean.default == true,
        site.property?.isRequired == false
      else { return nil }
      return "\(site.name) is true where it is absent; name it for the opposite, 'exclude…' for "
        + "'include…'"
    }
  }
}
